/** How many WebSockets the server at this URL says that it holds. */
export async function openSockets(url: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const line = /^heatmark_open_sockets (\d+)$/m.exec(metrics);
  if (!line) throw new Error(`No number of sockets in the metrics: ${metrics.slice(0, 2_000)}`);
  return Number(line[1]);
}
