import { useState } from 'preact/hooks';

/** Asks for a token, with the reason where one was there and is not good. */
export function TokenView({ reason, onToken }: { reason: string | null; onToken: (token: string) => void }) {
  const [token, setToken] = useState('');
  return (
    <main class="token">
      <h1>Heatmark display</h1>
      {reason && (
        <p role="alert" class="error">
          {reason}
        </p>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (token.trim()) onToken(token.trim());
        }}
      >
        <label for="token">Token</label>
        <input
          id="token"
          type="password"
          autocomplete="off"
          required
          value={token}
          onInput={({ currentTarget }) => setToken(currentTarget.value)}
        />
        <button type="submit">Show the shop</button>
      </form>
      <p>
        A token of the role VIEWER is enough. An administrator makes one with <code>createApiToken</code>. It
        stays in this browser until it is forgotten.
      </p>
    </main>
  );
}
