/** SHA-256 of a text in UTF-8, `0x…`; rejects where the page is neither local nor over HTTPS. */
export async function sha256(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  const digits = [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0'));
  return `0x${digits.join('')}`;
}
