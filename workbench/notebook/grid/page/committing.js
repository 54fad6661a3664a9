/** The question before a commit, its progress, its end. */
class Committing extends Panes {
  async askCommit() {
    if (this.commit.disabled) return;
    if (this.running) {
      this.away = false;
      const answer = await this.wire.ask("standing");
      if (answer.ok) this.showStanding(answer.ok);
      return;
    }
    const found = await this.ask("question");
    if (!found) return;
    if (!found.customers) {
      this.openPane("question", "Nothing would be sent",
        said(found.held ? `${many(found.held, "customer")} held: Changes says why` : "nothing is staged"));
      return;
    }
    if (!found.origin) {
      this.openPane("question", "The session does not know its API yet",
        said('Give it once: wb.grid(api="https://.."), and commit there.'));
      return;
    }
    const lines = [
      `${many(found.changes, "change")} in ${many(found.customers, "PATCH request")}, one for each customer. Each is read first; what somebody else changed meanwhile is not overwritten.`,
      found.held ? `${many(found.held, "customer")} held: left out, with all changes.` : "",
      found.left_out ? `${many(found.left_out, "change")} taken out in Review: stays staged.` : "",
      found.waiting ? `${many(found.waiting, "change")} for a second commit: this one makes what they point to.` : "",
      found.irreversible ? `${many(found.irreversible, "change")} cannot be reverted once committed.` : "",
    ].filter(Boolean).map((one) => said(one));
    const digest = h("code", { class: "wbg-digest" });
    digest.textContent = found.digest;
    const yes = h("button", { type: "button", class: "wbg-first wbg-yes", disabled: true }, `Commit ${many(found.customers, "customer")}`);
    const no = h("button", { type: "button", class: "wbg-no", onclick: () => { this.closePane(); this.focusCell(); } }, "Cancel");
    const large = found.customers > LARGE;
    const number = h("input", { type: "text", class: "wbg-input wbg-number", "aria-label": "how many customers", placeholder: "how many customers" });
    let armed = false;
    const arm = () => {
      yes.disabled = !armed || (large && number.value.replaceAll(",", "").trim() !== String(found.customers));
    };
    number.addEventListener("input", arm);
    number.addEventListener("keydown", (event) => event.key === "Enter" && !yes.disabled && yes.click());
    setTimeout(() => { armed = true; arm(); }, DEAF);
    yes.onclick = async () => {
      yes.disabled = true;
      const standing = await this.ask("commit", { digest: found.digest });
      if (!standing) {
        this.closePane();
        return;
      }
      this.away = false;
      this.running = true;
      this.showStanding(standing);
    };
    this.openPane("question", `Commit ${many(found.customers, "customer")} to ${found.origin}?`, ...lines,
      h("p", {}, "Digest: ", digest),
      ...(large ? [h("p", {}, `Type ${found.customers} to commit: `, number)] : []), h("div", { class: "wbg-form" }, yes, no));
    (large ? number : no).focus();
  }

  showUnfinished() {
    const go = h("button", { type: "button", class: "wbg-first wbg-resume", onclick: () => this.resume() }, "Resume");
    this.openPane("unfinished", `Run ${this.at.unfinished} was cut off`,
      said("Resume reads back what is unknown, then sends the rest. Nothing is sent twice. Until then nothing else can be committed."), go);
  }

  /** A commit that goes on, or has ended. It is asked for too, should what is told on the way be lost. */
  showStanding(standing) {
    clearTimeout(this.poll);
    if (standing.running) {
      this.running = true;
      this.poll = setTimeout(async () => {
        const answer = await this.wire.ask("standing");
        if (answer.ok) this.showStanding(answer.ok);
      }, 1_000);
      this.showProgress(standing);
    } else if (standing.ended && this.running) {
      this.running = false;
      this.commit.textContent = "Commit…";
      this.showEnd(standing.ended);
    }
  }

  showProgress(standing) {
    const progress = standing.progress;
    this.commit.disabled = false;
    this.commit.textContent = `Committing ${progress ? Math.floor((100 * progress.done) / Math.max(progress.planned, 1)) : 0} %`;
    if (this.pane !== "running") {
      if (this.bar && this.away) return;
      this.bar = h("progress", { class: "wbg-progress", "aria-label": "Commit" });
      this.told = h("div", { role: "status" });
      this.stopper = h("button", { type: "button", class: "wbg-stop", onclick: async () => {
        const answer = await this.wire.ask("stop");
        if (answer.ok) this.showStanding(answer.ok);
      } }, "Stop");
      this.openPane("running", "Committing", this.bar, this.told, this.stopper);
      this.away = true;
      this.stopper.focus();
    }
    this.stopper.textContent = standing.stopping ? "Stop at once" : "Stop";
    this.stopper.title = standing.stopping ? "lets go of what is on its way; resume reads it back" : "sends nothing new and finishes what is on its way";
    if (!progress) {
      this.told.textContent = "begins";
      return;
    }
    this.bar.max = Math.max(progress.planned, 1);
    this.bar.value = progress.done;
    const counts = Object.entries(progress.counts).map(([name, number]) => `${figure(number)} ${name}`).join(", ");
    const stopping = standing.stopping ? "; stopping: what is on its way is finished" : "";
    this.told.textContent = `${figure(progress.done)} of ${many(progress.planned, "customer")}${counts ? `: ${counts}` : ""}${stopping}`;
  }

  async showEnd(ended) {
    this.openPane("ended", "Commit", said(ended.said, ended.well ? "wbg-good" : "wbg-bad"));
    this.say(ended.said, !ended.well);
    await this.ask("look");
    if (ended.run === null || this.pane !== "ended") return;
    const list = h("div", { class: "wbg-outcomes" });
    this.place.append(list);
    await this.moreOutcomes(list, 0);
    if (this.pane !== "ended") return;
    const [label, what, look] = this.at.unfinished !== null
      ? [`Resume run ${this.at.unfinished}`, () => this.resume(), "wbg-first wbg-resume"]
      : [`Stage the way back of run ${ended.run}`, () => this.wayBack(ended.run), "wbg-revert"];
    this.place.append(h("button", { type: "button", class: look, onclick: what }, label));
    this.bringIn();
  }

  async resume() {
    this.away = false;
    const standing = await this.ask("resume");
    if (standing) this.showStanding(standing);
  }

  /** Stages the inverse of a run: to be looked at, and committed as anything else. */
  async wayBack(run) {
    const back = await this.ask("revert", { run });
    if (!back) return;
    this.say(back.said);
    this.showChanges();
  }

  async moreOutcomes(list, start) {
    const found = await this.ask("outcomes", { start });
    if (!found?.run) return;
    list.querySelector(":scope > button")?.remove();
    const rows = found.rows.map(([, name, outcome, reason]) => [name, outcome, reason]);
    if (rows.length) list.append(table(["customer", "outcome", "why"], rows));
    const next = start + found.rows.length;
    if (next < found.all) list.append(h("button", { type: "button", onclick: () => this.moreOutcomes(list, next) }, `${figure(found.all - next)} more`));
  }
}
