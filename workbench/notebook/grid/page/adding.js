/** The form of a new item of a customer: what it would come to is tried while it is typed, and only that can be staged. */
class Item {
  constructor(grid, found) {
    this.grid = grid;
    this.found = found;
    this.typed = {};
    this.choices = {};
    this.ready = null;
    this.warned = "";
    this.turn = 0;
    this.soon = later(() => this.recount(), 150);
    this.kind = h("select", { "aria-label": "Kind of item", onchange: () => this.arrange() },
      ...found.kinds.map((one) => h("option", { value: one.label }, one.label)));
    this.note = h("input", {
      type: "text", class: "wbg-input", placeholder: "a note: why (may stay empty)", "aria-label": "Note", onkeydown: (event) => this.enter(event),
    });
    this.stage = h("button", { type: "button", class: "wbg-first wbg-add", disabled: true, onclick: () => this.go() }, "Add");
    this.counts = h("div", { class: "wbg-counts", role: "status" });
    this.why = h("div", { class: "wbg-bad" });
    this.fields = h("div", { class: "wbg-fields" });
    this.line = h("div", { class: "wbg-form" }, h("label", {}, "kind ", this.kind), this.note, this.stage);
  }

  enter(event) {
    if (event.key !== "Enter") return;
    event.preventDefault();
    this.go();
  }

  get what() {
    return this.found.kinds[this.kind.selectedIndex];
  }

  /** Shows the fields of the chosen kind; what was typed into fields of the same name stands there again. */
  arrange() {
    const { table, fields } = this.what;
    this.fields.replaceChildren(...fields.map((name) => {
      const field = h("input", { type: "text", class: "wbg-input", "aria-label": name, name });
      field.value = this.typed[name] ?? "";
      const suggesting = new Suggesting(field, (event) => this.enter(event));
      field.addEventListener("input", () => this.changed(name, field.value));
      field.addEventListener("focus", () => this.offer(table, name, suggesting));
      return h("label", {}, said(name, "wbg-soft"), suggesting.element);
    }));
    this.recount();
  }

  focus() {
    this.fields.querySelector("input")?.focus();
  }

  async offer(table, field, suggesting) {
    const key = `${table} ${field}`;
    this.choices[key] ??= this.grid.ask("offered", { table, field }, true, true);
    const answer = await this.choices[key];
    suggesting.know(answer.ok?.choices ?? []);
  }

  changed(name, text) {
    this.typed[name] = text;
    this.turn++;
    this.forget();
    this.soon();
  }

  forget() {
    this.ready = null;
    this.stage.disabled = true;
  }

  async recount() {
    this.forget();
    const turn = ++this.turn;
    const { row, key, reference } = this.found;
    const values = Object.fromEntries(this.what.fields.map((name) => [name, this.typed[name] ?? ""]));
    const asked = { row, key, reference, kind: this.what.label, values };
    const answer = await this.grid.ask("tried", asked, true);
    if (turn !== this.turn || this.grid.form !== this) return;
    const told = answer.ok;
    this.counts.classList.toggle("wbg-bad", Boolean(answer.wrong));
    this.counts.classList.toggle("wbg-warn", Boolean(told?.lacks));
    this.counts.textContent = answer.wrong ? answer.wrong.said : told.said;
    this.why.textContent = told?.invalid ? `not valid, so the customer would be held: ${told.reasons.join("; ")}` : "";
    if (!told?.fits) return;
    this.ready = asked;
    this.invalid = told.invalid > 0;
    this.stage.disabled = false;
    this.stage.textContent = this.invalid ? "Add it none the less" : "Add";
  }

  /** Stages exactly what was tried; what is not valid only when it is said once more. */
  async go() {
    if (!this.ready || this.stage.disabled) return;
    const text = JSON.stringify(this.ready);
    if (this.invalid && this.warned !== text) {
      this.warned = text;
      this.counts.textContent = "not valid: once more adds it none the less, and its customer is held";
      return;
    }
    this.stage.disabled = true;
    const done = await this.grid.ask("add", { ...this.ready, note: this.note.value });
    if (this.grid.form !== this) return;
    if (!done || !done.changed) {
      if (done) this.grid.say(done.said, true);
      this.recount();
      return;
    }
    this.grid.closePane();
    this.grid.say(done.said);
    if (done.table === this.grid.table && done.row !== null) await this.grid.show(done.row);
    this.grid.focusCell();
  }
}
