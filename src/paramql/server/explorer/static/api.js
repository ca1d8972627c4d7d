// What is asked of the service. Addresses are relative to the page's, so that it works below any path.
import { encoded, wellFormed } from "./text.js";
import { parsed } from "./json.js";

/** An answer that is none: a problem detail, or no connection. */
export class Refused extends Error {
  constructor(status, title, detail, problems = []) {
    super(detail || title);
    Object.assign(this, { status, title, detail, problems });
  }
}

/** Lists and visitors. */
export const start = () => asked("explorer/start");

/** What may be asked of a list. */
export const formOf = (list, headers, signal) => asked(`explorer/${list.name}/form`, { headers, signal });

/** What a query means, or what is wrong with it. */
export function explained(list, text, headers, signal) {
  return asked(`explorer/${list.name}/explain`, {
    method: "POST",
    body: wellFormed(text),
    headers: { ...headers, "Content-Type": "text/plain; charset=utf-8" },
    signal,
  });
}

/** A page of what matches, and the milliseconds that it took. */
export async function page(list, query, headers, signal) {
  const begin = performance.now();
  const body = await asked(addressOf(list, query), { headers, signal });
  return { body, took: performance.now() - begin };
}

/** The address that a query has. */
export function addressOf(list, text) {
  const query = encoded(text);
  return new URL(`.${list.path}${query ? `?${query}` : ""}`, document.baseURI).href;
}

/** The query of a link: links may be written for another host, which the page does not ask. */
export const queryOf = (link) => new URL(link, document.baseURI).search.slice(1);

async function asked(address, { headers = {}, ...options } = {}) {
  const response = await sent(new URL(address, document.baseURI), {
    ...options,
    headers: { Accept: "application/json", ...headers },
    cache: "no-store",
    credentials: "same-origin",
    referrerPolicy: "no-referrer",
  });
  const body = await response.text().then(parsed).catch(() => null);
  if (response.ok && body !== null) return body;
  throw new Refused(response.status, body?.title ?? response.statusText, body?.detail, body?.problems);
}

async function sent(address, options) {
  try {
    return await fetch(address, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refused(0, "The service cannot be reached", error instanceof TypeError ? "" : String(error.message));
  }
}
