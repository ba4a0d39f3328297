/// Why an envoy gets no secrets; the sentence is for the log of its agent.
enum ResolveRefusal: Error, Equatable {
    case invalid(String)
    case denied(String)
    case missing(String)
    case unavailable(String)
    case tooMany(String)

    var sentence: String {
        switch self {
        case .invalid(let sentence), .denied(let sentence), .missing(let sentence), .unavailable(let sentence),
            .tooMany(let sentence):
            sentence
        }
    }
}
