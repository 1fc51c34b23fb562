// The code of a careful Node user without an SDK. `readPage` and `readSender` check the response of the server, or
// not.

import { PATH, SID, TOKEN } from "./measure.mjs";

export class Client {
  constructor(base, readPage, readSender) {
    this.url = base + PATH;
    this.headers = { Authorization: `Basic ${btoa(`${SID}:${TOKEN}`)}`, Accept: "application/json" };
    this.readPage = readPage;
    this.readSender = readSender;
  }

  async json(url, init = {}) {
    const response = await fetch(url, { ...init, headers: { ...this.headers, ...init.headers } });
    if (!response.ok) throw new Error(`status ${response.status}`);
    return response.json();
  }

  async everything() {
    const all = [];
    let url = `${this.url}?Channel=whatsapp&PageSize=1000`;
    while (url) {
      const page = this.readPage(await this.json(url));
      for (const sender of page.senders) all.push(sender);
      url = page.meta.next_page_url;
    }
    return all;
  }

  async fetch(sid) {
    return this.readSender(await this.json(`${this.url}/${sid}`));
  }

  async create(sender) {
    const headers = { "Content-Type": "application/json" };
    return this.readSender(await this.json(this.url, { method: "POST", headers, body: JSON.stringify(sender) }));
  }
}
