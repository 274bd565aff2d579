import { useState } from 'preact/hooks';
import { mustSignIn, signIn } from '../api/tokens.ts';
import { facts } from '../facts.ts';

/** Asks for a token. It is kept for this tab alone. */
export function SignIn() {
  const [bearer, setBearer] = useState('');
  const [session, setSession] = useState('');
  const needsSession = facts.signIn === 'thingspace';
  const isReady = bearer.trim() !== '' && (!needsSession || session.trim() !== '');
  return (
    <section class="panel sign-in">
      <h1>Sign in</h1>
      <p>
        {needsSession
          ? 'This server passes on your own ThingSpace tokens.'
          : 'This server needs a bearer token. Ask whoever runs it for one with the scope reports:read.'}
      </p>
      {mustSignIn.value === 'rejected' && (
        <p class="fault" role="alert">
          The server rejected the token. It may have expired.
        </p>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady) signIn({ bearer: bearer.trim().replace(/^Bearer\s+/i, ''), session: session.trim() });
        }}
      >
        <label>
          {needsSession ? 'Access token (Authorization)' : 'Token'}
          <input
            type="password"
            autocomplete="off"
            value={bearer}
            onInput={(event) => setBearer(event.currentTarget.value)}
          />
        </label>
        {needsSession && (
          <label>
            Session token (VZ-M2M-Token)
            <input
              type="password"
              autocomplete="off"
              value={session}
              onInput={(event) => setSession(event.currentTarget.value)}
            />
          </label>
        )}
        <button type="submit" class="primary" disabled={!isReady}>
          Sign in
        </button>
      </form>
      <p class="quiet">The token stays in this tab, and is gone when you close it.</p>
    </section>
  );
}
