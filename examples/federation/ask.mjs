/** Sends a GraphQL operation. Resolves to the JSON of the response. */
export async function ask(url, query, variables, headers) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  return response.json();
}
