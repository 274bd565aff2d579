import { ApolloProvider } from '@apollo/client/react';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createApolloClient } from './apollo-client.ts';
import { Dashboard } from './dashboard.tsx';
import './style.css';

const url = import.meta.env['VITE_GRAPHQL_URL'] ?? 'http://127.0.0.1:4000/graphql';
// With AUTH_MODE=jwt, the sign-in of your page puts the token there.
const client = createApolloClient(url, () => sessionStorage.getItem('token'));

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no element with the id root.');
createRoot(root).render(
  <StrictMode>
    <ApolloProvider client={client}>
      <Dashboard apiUrl={url} />
    </ApolloProvider>
  </StrictMode>,
);
