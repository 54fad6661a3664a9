/** Edits of one cell, and taking back. */
class Editing extends Moving {
  async edit(position = this.cursor.row, place = this.cursor.column) {
    const column = this.columns[place];
    if (!column || this.editor) return;
    if (!column.edit) {
      this.say(`${column.label} is read-only: the API has no way to change it`);
      return;
    }
    const row = await this.known(position);
    if (!row || this.editor) return;
    const found = await this.ask("cell", { row: row.row, field: column.name });
    if (!found || this.editor || this.table !== this.at.table) return;
    const field = h("textarea", { rows: "1", class: "wbg-input", "aria-label": `${column.label} of ${found.of}` });
    field.value = found.text;
    const suggesting = new Suggesting(field, (event) => this.editorKey(event));
    const hint = h("div", { class: "wbg-hint wbg-soft" }, "Enter stages · Tab next · ↓ values in use · Esc leaves");
    const element = h("div", { class: "wbg-editor" }, suggesting.element, hint);
    this.editor = { element, field, found, began: field.value, position, place };
    this.sheet.append(element);
    this.placeEditor();
    field.focus({ preventScroll: true });
    field.select();
    const offered = await this.ask("offered", { table: this.table, field: column.name, row: row.row }, true, true);
    suggesting.know(offered.ok?.choices ?? []);
  }

  placeEditor() {
    const { element, position, place } = this.editor;
    const line = Math.max(0, Math.min(position - this.top, this.seen - 1));
    const still = place < this.still ? this.scroller.scrollLeft : 0;
    const wide = Math.min(Math.max(this.columns[place].px, 320), this.scroller.clientWidth - 8);
    const most = this.scroller.scrollLeft + this.scroller.clientWidth - wide - 4;
    element.classList.toggle("wbg-up", line > this.seen / 2);
    element.style.top = `${(line + 1) * ROW - 1}px`;
    element.style.left = `${Math.max(Math.min(this.lefts[place] + still, most), 0)}px`;
    element.style.width = `${wide}px`;
  }

  editorKey(event) {
    event.stopPropagation();
    if (event.key === "Escape") {
      event.preventDefault();
      this.closeEditor();
      this.focusCell();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.stageCell(0);
    } else if (event.key === "Tab") {
      event.preventDefault();
      this.stageCell(event.shiftKey ? -1 : 1);
    }
  }

  /** Stages what is typed. The editor stays, with the text in it, until it is answered that it was. */
  async stageCell(step) {
    const editor = this.editor;
    if (!editor || editor.sent) return;
    if (editor.field.value !== editor.began) {
      const { row, field, key, text } = editor.found;
      editor.sent = true;
      editor.element.classList.add("wbg-waiting");
      const done = await this.ask("set", { row, field, key, was: text, text: editor.field.value });
      editor.sent = false;
      editor.element.classList.remove("wbg-waiting");
      if (this.editor !== editor) return;
      if (!done) {
        editor.field.focus({ preventScroll: true });
        return;
      }
      this.say(done.said);
      this.closeEditor();
      await this.follow(row);
    } else this.closeEditor();
    if (!step) return this.focusCell();
    let place = this.cursor.column + step;
    while (this.columns[place] && !this.columns[place].edit) place += step;
    if (!this.columns[place]) return this.focusCell();
    this.goTo(this.cursor.row, place);
    return this.edit();
  }

  /** What is known of the row at a position, as soon as it is: somebody types faster than a window comes. */
  async known(position) {
    for (let tries = 0; tries < 100 && position >= 0 && position < this.at.found && !this.cache.has(position); tries++) {
      this.fill();
      await new Promise((done) => setTimeout(done, 20));
    }
    return this.cache.get(position);
  }

  /** Puts the cursor on a row, if it is among those that are shown. */
  async show(row) {
    const found = await this.ask("where", { row });
    if (found && found.place !== null) this.goTo(found.place, this.cursor.column, false);
  }

  /** Keeps the cursor on a row that may stand elsewhere now. */
  async follow(row) {
    if (!this.at.query && !this.at.sort) return;
    const found = await this.ask("where", { row });
    if (found && found.place !== null) this.goTo(found.place, this.cursor.column, false);
    else this.goTo(this.cursor.row, this.cursor.column, false);
  }

  closeEditor() {
    this.editor?.element.remove();
    this.editor = null;
  }

  /** Takes staged changes back: of this cell, or of the marked rows. */
  async unstageHere() {
    const column = this.columns[this.cursor.column];
    const row = await this.known(this.cursor.row);
    if (!row || !column) return;
    const found = column.edit ? await this.ask("unstage", { row: row.row, field: column.name }) : { changed: 0 };
    if (found) this.say(found.changed ? found.said : `${column.label} is not staged here`);
    this.refreshPane();
  }

  async unstageMarked() {
    await this.marking;
    const found = await this.ask("unstage");
    if (found) this.say(found.changed ? `${found.said} of the marked rows` : "nothing is staged in marked rows");
    this.refreshPane();
  }

  async act(verb) {
    const found = await this.ask(verb);
    if (found) this.say(found.said);
    this.refreshPane();
  }
}
