// Elements and texts: whatever comes from the session is put into the page as text (textContent), never as markup.

const BLOCK = 50; // rows that are asked for at a time
const ROW = 26; // pixels, as in the style
const GUTTER = 30; // pixels, as in the style
const TALLEST = 8_000_000; // pixels: browsers scroll nothing that is much taller
const PATIENCE = 5_000; // milliseconds without a word until the kernel is said to be silent
const LARGE = 100; // more customers than this, and their number is typed
const DEAF = 400; // milliseconds in which a commit cannot be confirmed: nobody types ahead into a question

/** An element. `props` are attributes (`on..` are listeners); what is in it is elements and texts. */
function h(tag, props = {}, ...inner) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...inner.filter((one) => one !== null && one !== undefined && one !== ""));
  return made;
}

const many = (number, noun, several) =>
  `${number.toLocaleString("en")} ${number === 1 ? noun : several ?? `${noun}s`}`;
const figure = (number) => number.toLocaleString("en");

/** Calls `what` a moment after the last call of it. */
function later(what, wait) {
  let timer = 0;
  return (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => what(...args), wait);
  };
}

/** A text in an element of its own. */
function said(text, look = "") {
  const made = h("span", look ? { class: look } : {});
  made.textContent = text;
  return made;
}

/** A value that becomes another. */
function change(before, after) {
  const [old, fresh] = [h("bdi", { class: "wbg-old" }), h("bdi", { class: "wbg-new" })];
  old.textContent = before || "∅";
  fresh.textContent = after || "∅";
  return h("span", { class: "wbg-change" }, old, " → ", fresh);
}

/** A small table of texts and elements. */
function table(heads, rows) {
  const cell = (one) => {
    const made = h("td");
    if (typeof one === "string") {
      const text = h("bdi");
      text.textContent = one;
      made.append(text);
    } else made.append(one);
    return made;
  };
  return h("table", {}, h("thead", {}, h("tr", {}, ...heads.map((one) => h("th", { scope: "col" }, one)))),
    h("tbody", {}, ...rows.map((row) => h("tr", {}, ...row.map(cell)))));
}
