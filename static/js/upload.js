// <form data-upload>: the same post by XMLHttpRequest, because it alone can say how far it is. Without script, or
// without a file, the form posts as any other.
const words = (loaded, total) => `${Math.floor((loaded / total) * 100)} %, ${(loaded / 1e6).toFixed(1)} of ${(total / 1e6).toFixed(1)} MB`;

function begin(form) {
  const bar = document.createElement("progress");
  const output = document.createElement("output");
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", form.dataset.upload || "Upload");
  output.setAttribute("role", "status");
  form.querySelector(".formend")?.before(bar, output) ?? form.append(bar, output);
  return { bar, output };
}

function show(request, action) {
  if (request.responseURL !== action) {
    location.assign(request.responseURL); // redirected: it was accepted
    return;
  }
  const answer = new DOMParser().parseFromString(request.responseText, "text/html");
  document.getElementById("main").replaceWith(answer.getElementById("main"));
  document.querySelector("[data-focus]")?.focus();
  watch();
}

function watch() {
  for (const form of document.querySelectorAll("form[data-upload]")) form.addEventListener("submit", send);
}

function send(event) {
  const form = event.currentTarget;
  const files = [...form.querySelectorAll("input[type=file]")].flatMap((field) => [...field.files]);
  if (!files.length) return;
  event.preventDefault();
  const data = new FormData(form, event.submitter);
  const { bar, output } = begin(form);
  const request = new XMLHttpRequest();
  let tenth = -1;
  const failed = () => {
    bar.remove();
    output.textContent = form.dataset.failed || "The connection was lost. Nothing was saved; send it again.";
    form.dispatchEvent(new Event("upload-failed", { bubbles: true }));
  };
  request.upload.addEventListener("progress", (step) => {
    bar.value = step.loaded / step.total;
    // spoken, so only every tenth
    if (Math.floor(bar.value * 10) === tenth) return;
    tenth = Math.floor(bar.value * 10);
    output.textContent = words(step.loaded, step.total);
  });
  request.addEventListener("load", () => show(request, form.action));
  request.addEventListener("error", failed);
  request.addEventListener("abort", failed);
  request.open("POST", form.action);
  request.send(data);
}

watch();
