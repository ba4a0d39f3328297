// Short messages in the corner, and questions that need an answer.

const shown = 6000;

export function notify(text, kind = "good") {
    const place = document.querySelector(".notices");
    const notice = document.createElement("div");
    notice.className = `notice ${kind}`;
    notice.textContent = text;
    place.append(notice);
    setTimeout(() => notice.remove(), kind === "bad" ? 2 * shown : shown);
}

// Whether the person agrees.
export function confirmed(title, text, label) {
    const dialog = document.querySelector("#confirm");
    dialog.querySelector("h2").textContent = title;
    dialog.querySelector("[data-text]").textContent = text;
    dialog.querySelector("[data-ok]").textContent = label;
    return new Promise((resolve) => {
        dialog.returnValue = "cancel";
        dialog.addEventListener("close", () => resolve(dialog.returnValue === "ok"), { once: true });
        dialog.showModal();
    });
}

// Shows what is shown once, with a line to run where there is one.
export function showSecret(title, note, secret, line) {
    const dialog = document.querySelector("#secret");
    dialog.querySelector("h2").textContent = title;
    dialog.querySelector("[data-text]").textContent = note;
    dialog.querySelector("[data-secret]").textContent = secret;
    dialog.querySelector("[data-command]").hidden = !line;
    dialog.querySelector("[data-line]").textContent = line ?? "";
    return new Promise((resolve) => {
        dialog.addEventListener("close", () => {
            dialog.querySelector("[data-secret]").textContent = "";
            dialog.querySelector("[data-line]").textContent = "";
            resolve();
        }, { once: true });
        dialog.showModal();
    });
}

document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const text = button.closest(".copyable").querySelector("code").textContent;
    try {
        await navigator.clipboard.writeText(text);
        notify("Copied.");
    } catch {
        notify("The browser did not allow copying; select the text instead.", "bad");
    }
});
