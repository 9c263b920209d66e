/** The shop-floor display: puts the page together. */
import { render } from 'preact';
import { keepToken, type Memory, tokenOfFragment } from './access.ts';
import { graphqlSockets } from './live/socket.ts';
import { PageVersion } from './version.ts';
import { App } from './views/app.tsx';

const endpoint = new URL('../graphql', location.href.split('#')[0]);
endpoint.protocol = endpoint.protocol.replace('http', 'ws');

// Where a browser forbids storage, to read the property throws already.
function memoryOf(): Memory {
  try {
    return localStorage;
  } catch {
    const kept = new Map<string, string>();
    return {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => void kept.set(key, value),
      removeItem: (key) => void kept.delete(key),
    };
  }
}

const memory = memoryOf();

/** Takes a token out of the address, so that it does not stay on the screen and in the history. */
function takeToken(): void {
  const given = tokenOfFragment(location.hash);
  if (!given) return;
  keepToken(memory, given.token);
  history.replaceState(null, '', given.rest);
}

takeToken();
addEventListener('hashchange', () => {
  if (!tokenOfFragment(location.hash)) return;
  takeToken();
  location.reload();
});

const version = new PageVersion(async () => {
  const answer = await fetch('./', { method: 'HEAD', cache: 'no-store' });
  return answer.ok ? answer.headers.get('etag') : null;
});

render(
  <App
    memory={memory}
    open={graphqlSockets({ url: endpoint.href })}
    version={version}
    onOutdated={() => location.reload()}
  />,
  document.body,
);
