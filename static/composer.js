// What the composer does beyond its form: Ctrl+Enter, pictures at once, and words that survive a lost connection.
const form = document.getElementById("composer");
if (form) {
  const words = form.elements.words;
  const key = () => `words:${form.action}`;
  const signedOut = document.getElementById("signed-out");
  // a copy goes once the site tells that it has what is in it: the form was pressed, or a saving came that far. One that
  // was pressed without a connection stays
  const arrived = words.dataset.pressed.split(" ").map((one) => one.split(":"));
  const has = (copy) => arrived.some(([window, typed]) => window === copy.window && (typed ?? copy.typed) >= copy.typed);
  for (const name of Object.keys(sessionStorage).filter((one) => one.startsWith("words:"))) {
    if (has(JSON.parse(sessionStorage.getItem(name)))) sessionStorage.removeItem(name);
  }
  const kept = JSON.parse(sessionStorage.getItem(key()) || "null");
  // only what never reached the site: its own copy counts otherwise. In a timer after "load", for htmx looks at the
  // form in a timer of its own, set before it, and would else see no change
  addEventListener("load", () => setTimeout(() => {
    if (!kept || kept.writer !== words.dataset.writer || form.querySelector("[autofocus]")) return;
    const changed = texts().filter((one) => one.id in kept.texts && kept.texts[one.id] !== one.value);
    // saved elsewhere since: with the revision that was read here, the site keeps both and says so
    if (changed.length && kept.revision && form.elements.revision) form.elements.revision.value = kept.revision;
    for (const one of changed) {
      one.value = kept.texts[one.id];
      one.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }, 0));
  const texts = () => [...form.querySelectorAll("textarea")]; // the words, versions of networks, descriptions
  const keep = () => sessionStorage.setItem(key(), JSON.stringify({
    texts: Object.fromEntries(texts().map((one) => [one.id, one.value])),
    writer: words.dataset.writer,
    window: form.elements.window.value,
    typed: Number(form.elements.typed.value),
    revision: form.elements.revision?.value,
  }));
  form.addEventListener("input", () => {
    form.elements.typed.value = Number(form.elements.typed.value) + 1;
    keep();
  });
  const reached = (event) => {
    const answer = event.detail?.ctx?.response;
    const status = answer?.status ?? 0;
    const ours = status > 0 && status < 400 && !(answer?.raw?.redirected ?? false);
    if (signedOut) signedOut.hidden = ours;
    if (event.target !== form) return;
    if (ours) sessionStorage.removeItem(key());
    else keep(); // with what was typed while the one before was on its way
  };
  document.addEventListener("htmx:after:request", reached);
  document.addEventListener("htmx:error", () => {
    if (signedOut) signedOut.hidden = false;
    if (texts().some((one) => one.value !== one.defaultValue)) keep();
  });
  // while the form is on its way (pictures take their time) nothing saves beside it: the page that it leads to would be
  // another window with an older reading
  let leaving = false;
  form.addEventListener("submit", () => {
    leaving = true;
    keep();
  });
  addEventListener("pageshow", () => { leaving = false; });
  document.addEventListener("htmx:before:request", (event) => {
    if (leaving && form.contains(event.target)) event.preventDefault();
  });
  // a preview drawn anew stays open, and what was chosen or typed since it was asked for stays as it is
  let opened = [];
  const asked = new WeakMap(); // when each request began
  const touched = new Map(); // field: when it was changed last, and how it stands since
  const fieldOf = (one) => (one.type === "checkbox" || one.type === "radio" ? `${one.name}=${one.value}` : one.name);
  const note = (event) => {
    const one = event.target;
    if (!one.name || one.type === "file") return;
    const group = one.type === "radio" ? [...form.querySelectorAll("input[type=radio]")].filter((other) => other.name === one.name) : [one];
    for (const each of group) touched.set(fieldOf(each), [performance.now(), each.checked, each.value]);
  };
  form.addEventListener("input", note);
  form.addEventListener("change", note);
  document.addEventListener("htmx:before:request", (event) => {
    if (event.detail?.ctx) asked.set(event.detail.ctx, performance.now());
  });
  document.addEventListener("htmx:before:swap", () => {
    opened = [...form.querySelectorAll("details[id][open]")].map((one) => one.id);
  });
  document.addEventListener("htmx:after:swap", (event) => {
    for (const id of opened) document.getElementById(id)?.setAttribute("open", "");
    const began = asked.get(event.detail?.ctx) ?? 0;
    for (const one of form.querySelectorAll("#networks input, #networks textarea")) {
      const [at, checked, value] = touched.get(fieldOf(one)) ?? [0];
      if (at <= began || one.type === "hidden") continue;
      if (one.type === "checkbox" || one.type === "radio") one.checked = checked;
      else one.value = value;
    }
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit(document.getElementById("send"));
    }
  });
  const hint = document.getElementById("send-by-keys");
  if (hint) hint.hidden = false;
  const media = document.getElementById("more-media");
  if (media) media.addEventListener("change", () => form.requestSubmit(document.getElementById("add-media")));
  const zone = form.elements.zone;
  // the zone of the reader's clock, unless they chose one before this script had come
  if (zone?.dataset.guess && (zone.selectedOptions[0]?.defaultSelected ?? true)) {
    const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const found = [...zone.options].find((one) => one.value === here || one.dataset.was === here);
    if (found) zone.value = found.value;
  }
}
