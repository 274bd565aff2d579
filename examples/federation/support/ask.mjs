/** Sends a GraphQL operation; resolves to the answer's JSON. */
export async function ask(url, query, variables, headers) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  return response.json();
}
