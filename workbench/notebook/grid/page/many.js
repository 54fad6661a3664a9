/** The form of an edit of a column in many rows: what it would do is counted while it is typed, and only that can be staged. */
class Many {
  constructor(grid, column, found) {
    this.grid = grid;
    this.column = column;
    this.found = found;
    this.choices = [];
    this.counted = null;
    this.turn = 0;
    this.soon = later(() => this.recount(), 150);
    const enter = (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      this.go();
    };
    this.kind = h("select", { "aria-label": "Kind of edit", onchange: () => this.arrange() },
      ...found.forms.map((one) => h("option", { value: one.kind }, one.label)));
    this.whom = h("select", { "aria-label": "Which rows", onchange: () => this.recount() },
      grid.at.marked ? h("option", { value: "marked" }, "the marked rows") : "", h("option", { value: "found" }, "all found"));
    [this.first, this.second] = [1, 2].map(() => new Suggesting(h("input", { type: "text", class: "wbg-input" }), enter));
    for (const one of [this.first, this.second]) one.field.addEventListener("input", () => this.typed());
    this.regex = h("input", { type: "checkbox", onchange: () => this.recount() });
    this.regexLine = h("label", {}, this.regex, " regular expression");
    this.note = h("input", {
      type: "text", class: "wbg-input", placeholder: "a note: why (may stay empty)", "aria-label": "Note", onkeydown: enter,
    });
    this.stage = h("button", { type: "button", class: "wbg-first wbg-stage", disabled: true, onclick: () => this.go() }, "Stage");
    this.counts = h("div", { class: "wbg-counts", role: "status" });
    this.examples = h("div");
    this.line = h("div", { class: "wbg-form" }, this.kind, this.first.element, this.second.element, this.regexLine,
      h("label", {}, "in ", this.whom), this.note, this.stage);
  }

  /** Shows what the chosen kind of edit asks for. */
  arrange() {
    const { found, form } = this;
    for (const [one, label] of [[this.first, form.first], [this.second, form.second]]) {
      one.element.hidden = !label;
      one.field.placeholder = label;
      one.field.setAttribute("aria-label", label || "value");
    }
    this.regexLine.hidden = !form.regex;
    const fields = found.fields.map((name) => ({ text: form.kind === "template" ? `{${name}}` : name, label: "" }));
    const offered = { apply: found.transforms, copy: fields, template: fields };
    this.first.know(offered[form.kind] ?? this.choices);
    this.second.know(this.choices);
    this.recount();
  }

  /** The values in use came. */
  know(choices) {
    this.choices = choices;
    if (!["apply", "copy", "template"].includes(this.kind.value)) this.first.know(choices);
    this.second.know(choices);
  }

  get form() {
    return this.found.forms[this.kind.selectedIndex];
  }

  focus() {
    (this.first.element.hidden ? this.kind : this.first.field).focus();
  }

  /** What was counted is of another text from now on. */
  typed() {
    this.turn++;
    this.forget();
    this.soon();
  }

  forget() {
    this.counted = null;
    this.stage.disabled = true;
  }

  async recount() {
    this.forget();
    const turn = ++this.turn;
    const asked = {
      field: this.column.name, reach: this.whom.value, kind: this.kind.value, first: this.first.field.value,
      second: this.second.field.value, regex: this.regex.checked,
    };
    const answer = await this.grid.ask("count", asked, true);
    if (turn !== this.turn || this.grid.form !== this) return;
    this.examples.replaceChildren();
    this.counts.classList.toggle("wbg-bad", Boolean(answer.wrong));
    if (answer.wrong) this.counts.textContent = answer.wrong.said;
    else if (answer.ok.edit === null) {
      this.counts.textContent = `${many(answer.ok.rows, "row")}: type ${this.form.first || "what is missing"}`;
    } else this.show(asked, answer.ok);
  }

  show(asked, told) {
    const more = [
      `${figure(told.unchanged)} stay`, told.invalid ? `${figure(told.invalid)} would not be valid` : "",
      told.skipped ? `${figure(told.skipped)} cannot be edited` : "",
    ].filter(Boolean);
    this.counts.textContent = `${many(told.rows, "row")}: ${figure(told.changed)} change, ${more.join(", ")}`;
    this.examples.replaceChildren(
      table(["customer", "cell", "change"], told.examples.map(([id, path, before, after]) => [id, path, change(before, after)])),
      ...told.unheld.map((one) => said(one, "wbg-bad")),
      ...told.reasons.map((reason) => said(`not valid: ${reason}`, "wbg-bad")),
    );
    this.counted = { ...asked, version: told.version, rows: told.rows };
    this.stage.disabled = !told.changed;
    this.stage.textContent = `Stage ${many(told.changed, "cell")}`;
  }

  /** Stages exactly what was counted. */
  async go() {
    if (!this.counted || this.stage.disabled) return;
    this.stage.disabled = true;
    const done = await this.grid.ask("bulk", { ...this.counted, note: this.note.value });
    if (this.grid.form !== this) return;
    if (!done) {
      this.recount();
      return;
    }
    this.grid.closePane();
    this.grid.say(`${done.said}; Undo takes it back`);
    this.grid.focusCell();
  }
}
