/** The grid in the browser. It shows what the desk answers and holds no rule of its own. */
class Grid extends Committing {
  constructor(model, root) {
    super();
    this.root = root;
    this.high = model.get("rows") ?? 15;
    this.at = null;
    this.columns = [];
    this.still = 1;
    this.cache = new Map();
    this.asking = new Set();
    this.top = 0;
    this.cursor = { row: 0, column: 0 };
    this.anchor = null;
    this.editor = null;
    this.pane = this.form = null;
    this.wire = new Wire(model, (message) => this.heard(message), (silent) => this.silent(silent));
    this.build();
    this.hello();
  }

  build() {
    const press = (name, label, what, more = {}) => {
      const made = h("button", { type: "button", class: `wbg-${name}`, onclick: what, ...more }, label);
      this[name] = made;
      return made;
    };
    this.tabs = h("div", { class: "wbg-tabs", role: "group", "aria-label": "Tables" });
    this.query = h("input", {
      type: "search", class: "wbg-query", placeholder: 'Search: acme   payment_term:"NET 30"   is:staged', spellcheck: "false",
      autocomplete: "off", "aria-label": "Search", oninput: later(() => this.find(), 150), onkeydown: (event) => this.queryKey(event),
    });
    this.count = h("span", { class: "wbg-count wbg-soft" });
    this.wrong = h("div", { class: "wbg-wrong", role: "alert", hidden: true });
    this.banner = h("div", { class: "wbg-banner", role: "alert", hidden: true });
    this.tools = h(
      "div", { class: "wbg-tools", role: "toolbar", "aria-label": "Edits" },
      press("editcell", "Edit cell", () => this.edit(), { title: "Enter, F2 or a double click" }),
      press("editmany", "Edit column…", () => this.editMany(), { title: "E: the marked rows, or all found" }),
      press("additem", "Add item…", () => this.addItem(), { title: "i: an address, a contact or an attribute of this row's customer" }),
      press("markall", "Mark all found", () => this.mark("found"), { title: "a, or ctrl+a" }),
      press("unmark", "Clear marks", () => this.mark("clear"), { title: "Esc; M brings them back" }),
      press("unstage", "Unstage cell", () => (this.at.marked ? this.unstageMarked() : this.unstageHere()), { title: "d this cell, D the marked rows: back to what the server holds" }),
      press("undo", "Undo", () => this.act("undo"), { title: "u or ctrl+z" }),
      press("redo", "Redo", () => this.act("redo"), { title: "U or ctrl+y" }),
      press("changes", "Changes", () => this.showChanges(), { title: "c: what is staged, and each exact PATCH; there c asks to commit" }),
      press("commit", "Commit…", () => this.askCommit(), { class: "wbg-commit wbg-first" }),
    );
    this.heads = h("div", { class: "wbg-row wbg-heads", role: "row", "aria-rowindex": "1" });
    this.sheet = h("div", { class: "wbg-sheet", role: "presentation" }, this.heads);
    this.canvas = h("div", { class: "wbg-canvas", role: "presentation" }, this.sheet);
    this.scroller = h("div", {
      class: "wbg-grid", role: "grid", tabindex: "0", "aria-label": "Rows", "aria-multiselectable": "true",
      onkeydown: (event) => this.key(event), onfocusin: () => this.looked(), onmouseenter: () => this.looked(),
    }, this.canvas);
    this.scroller.style.height = `${(this.high + 1) * ROW + 16}px`;
    this.scroller.addEventListener("scroll", () => this.scrolled());
    this.scroller.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    this.scroller.addEventListener("focus", (event) => event.target === this.scroller && !this.parked && this.focusCell());
    this.cellLine = h("div", { class: "wbg-cell-line" });
    this.status = h("div", { class: "wbg-status", role: "status" });
    this.place = h("section", { class: "wbg-pane", hidden: true });
    this.root.classList.add("wbg");
    this.root.setAttribute("data-lm-suppress-shortcuts", "true");
    this.root.replaceChildren(
      h("div", { class: "wbg-bar" }, this.tabs, this.query, this.count),
      this.wrong, this.banner, this.tools, this.scroller, this.cellLine, this.status, this.place,
    );
    this.watch = new ResizeObserver(() => this.measure());
    this.watch.observe(this.scroller);
  }

  close() {
    this.watch.disconnect();
    clearTimeout(this.poll);
    clearTimeout(this.complaint);
    this.wire.close();
  }
}

function render({ model, el }) {
  const root = h("div");
  el.append(root);
  const grid = new Grid(model, root);
  return () => grid.close();
}

export default { render };
