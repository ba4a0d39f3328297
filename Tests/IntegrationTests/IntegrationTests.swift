import Testing

/// Whole labs take ports, users and processor time: one after the other.
@Suite(.serialized) struct IntegrationTests {}
