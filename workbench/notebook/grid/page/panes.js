/** What is below the grid: the edit of a column in many rows, a new item, and what is staged. */
class Panes extends Editing {
  /** Shows a pane in the place of another one; its heading. */
  openPane(name, title, ...inner) {
    const head = h("h4", { tabindex: "-1" });
    head.textContent = title;
    const inside = this.inRoot(this.place);
    if (this.pane !== name) this.bringIn();
    this.pane = name;
    this.form = null;
    this.place.setAttribute("aria-label", title);
    this.place.dataset.pane = name;
    this.place.replaceChildren(
      h("div", { class: "wbg-pane-head" }, head, h("button", { type: "button", "aria-label": "Close", onclick: () => { this.closePane(); this.focusCell(); } }, "✕")),
      ...inner,
    );
    this.place.hidden = false;
    if (inside) head.focus({ preventScroll: true }); // else what had the keys is gone, and they would be the notebook's
    this.place.onkeydown = (event) => {
      event.stopPropagation();
      if (event.key === "Escape") {
        event.preventDefault();
        this.closePane();
        this.focusCell();
      } else if (event.key === "c" && name === "changes" && !event.ctrlKey && !event.metaKey && !event.altKey && !event.target.closest("input")) {
        event.preventDefault();
        this.askCommit();
      }
    };
    return head;
  }

  /** Scrolls the pane into sight for whoever is at the grid: a notebook may show its output in a low window. */
  bringIn() {
    if (this.inRoot(this.root)) requestAnimationFrame(() => this.place.scrollIntoView({ block: "nearest" }));
  }

  closePane() {
    const inside = this.inRoot(this.place);
    this.pane = this.form = null;
    this.place.hidden = true;
    this.place.replaceChildren();
    if (inside) this.focusCell();
  }

  refreshPane() {
    if (this.pane === "changes") this.showChanges(false);
    this.form?.recount();
    if (this.pane === "question") this.closePane();
  }

  /** Asks for an edit of the cursor's column in the marked rows, or in all found. */
  async editMany() {
    const column = this.columns[this.cursor.column];
    if (!column?.edit) {
      this.say(`${column?.label ?? "this"} is read-only: the API has no way to change it; go to the column that you mean`);
      return;
    }
    await this.marking;
    const found = await this.ask("forms", { field: column.name });
    if (!found) return;
    const form = new Many(this, column, found);
    this.openPane("many", `Edit ${column.label}`, form.counts, form.line, form.examples);
    this.form = form;
    form.arrange();
    form.focus();
    const reach = this.at.marked ? "marked" : "found";
    const offered = await this.ask("offered", { table: this.table, field: column.name, reach }, true, true);
    form.know(offered.ok?.choices ?? []);
  }

  /** Asks for a new address, contact or attribute of the customer of the cursor's row. */
  async addItem() {
    const row = await this.known(this.cursor.row);
    if (!row) {
      this.say("there is no customer here to add to: go to a row of theirs");
      return;
    }
    const found = await this.ask("kinds", { row: row.row });
    if (!found) return;
    const form = new Item(this, found);
    this.openPane("add", `Add to ${found.of}`, form.counts, form.why, form.line, form.fields);
    this.form = form;
    form.arrange();
    form.focus();
  }

  /** Shows what is staged: conflicts, groups of the same change, and each customer with its exact body. */
  async showChanges(focus = true) {
    const root = this.root.getRootNode();
    const began = root.activeElement;
    const [found, clash] = await Promise.all([this.ask("changes", { start: 0 }), this.ask("conflicts")]);
    if (!found) return;
    const typed = this.pane === "changes" ? this.settling?.typed() : null;
    const settling = new Settling(this, clash);
    this.settling = settling;
    if (!found.cells) {
      this.openPane("changes", "Nothing is staged");
      settling.again(typed);
      return;
    }
    const notes = [
      found.held ? `${many(found.held, "customer")} held: a commit leaves them out, whole` : "",
      found.left_out ? `${many(found.left_out, "cell")} taken out in Review: out of every commit` : "",
      found.irreversible ? `${many(found.irreversible, "cell")} could not be reverted once committed` : "",
      found.waiting ? `${many(found.waiting, "cell")} for a second commit: this one makes what they point to` : "",
    ].filter(Boolean).map((one) => said(one, "wbg-bad"));
    const groups = found.groups.map((one) => [
      figure(one.count), one.field,
      one.more ? h("span", {}, change(one.before, one.after), ` and ${figure(one.more)} more such changes`) : change(one.before, one.after),
      said(one.odd, "wbg-warn"),
    ]);
    const list = h("div");
    const head = this.openPane("changes", `${many(found.cells, "cell")} of ${many(found.all, "customer")} staged`, ...settling.elements(), ...notes,
      table(["cells", "field", "change", "what is odd"], groups),
      ...(found.of > found.groups.length ? [said(`and ${many(found.of - found.groups.length, "group")} more`, "wbg-soft")] : []), list);
    this.morePatches(list, found);
    const gone = root.activeElement === null || root.activeElement === document.body;
    if (focus && (gone || root.activeElement === began)) head.focus({ preventScroll: true }); // else somebody went elsewhere meanwhile
    settling.again(typed);
  }

  morePatches(list, found) {
    list.querySelector(":scope > button")?.remove();
    for (const [row, id, name, held] of found.patches) {
      const summary = h("summary");
      const who = h("bdi");
      who.textContent = name;
      summary.append(who, said(` ${id}`, "wbg-soft"), said(held ? `  held: ${held}` : "", "wbg-bad"));
      const one = h("details", { ontoggle: () => one.open && !one.dataset.asked && this.showPatch(one, row) }, summary);
      list.append(one);
    }
    const next = found.start + found.patches.length;
    if (next >= found.all) return;
    list.append(h("button", {
      type: "button",
      onclick: async () => {
        const more = await this.ask("changes", { start: next });
        if (more) this.morePatches(list, more);
      },
    }, `${figure(found.all - next)} more customers`));
  }

  async showPatch(one, row) {
    one.dataset.asked = "yes";
    const found = await this.ask("patch", { row });
    if (!found) {
      delete one.dataset.asked;
      return;
    }
    const body = h("pre", { class: "wbg-body" });
    body.textContent = found.body || "nothing of this customer is staged any more";
    one.append(
      table(["cell", "change", "operation"], found.changes.map(([path, before, after, operation, fresh]) =>
        [fresh ? `${path} (new)` : path, change(before, after), String(operation)])),
      said("The exact body of its PATCH:", "wbg-soft"), body,
    );
  }
}
