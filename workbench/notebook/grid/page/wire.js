/** Questions to the kernel and its answers. `silent(true)` is called when one waits long and nothing is heard at all,
 * `silent(false)` when something is. */
class Wire {
  constructor(model, hear, silent) {
    this.model = model;
    this.silent = silent;
    this.waiting = new Map();
    this.mine = Math.random().toString(36).slice(2);
    this.last = 0;
    this.listener = (message) => {
      if (!message || typeof message !== "object") return;
      this.heardAt = Date.now();
      this.silent(false);
      const asked = this.waiting.get(message.re);
      if (asked) {
        this.waiting.delete(message.re);
        clearTimeout(asked.timer);
        asked.done(message);
      } else if (message.push) hear(message);
    };
    model.on("msg:custom", this.listener);
  }

  /** The answer to a question: a promise that waits as long as it takes. `patient`: nobody is waiting for it. */
  ask(verb, more = {}, patient = false) {
    const id = `${this.mine}-${++this.last}`;
    return new Promise((done) => {
      const asked = { done, timer: 0 };
      const began = Date.now();
      const wait = (time) => {
        asked.timer = setTimeout(() => {
          const left = PATIENCE - (Date.now() - Math.max(this.heardAt ?? 0, began));
          if (left > 0) wait(left);
          else this.silent(true);
        }, time);
      };
      if (!patient) wait(PATIENCE);
      this.waiting.set(id, asked);
      try {
        this.model.send({ ...more, ask: verb, id });
      } catch {
        this.silent(true);
      }
    });
  }

  close() {
    this.model.off("msg:custom", this.listener);
    for (const { timer } of this.waiting.values()) clearTimeout(timer);
    this.waiting.clear();
  }
}
