import { useEffect, useState } from 'preact/hooks';
import { Badge } from '../../parts/Badge';
import { sha256 } from './hash';

/** Whether a text has the hash that was published with it, computed here. */
export function Checked({ text, hash }: { text: string; hash: string }) {
  const [own, know] = useState<string | null | 'off'>(null);
  useEffect(() => {
    let ended = false;
    sha256(text).then(
      (found) => !ended && know(found),
      () => !ended && know('off'),
    );
    return () => {
      ended = true;
    };
  }, [text]);
  if (own === null) return <span class="soft">checking…</span>;
  if (own === 'off') return <Badge tone="warn">this browser checks hashes over HTTPS only</Badge>;
  return own === hash ? (
    <Badge tone="good">✓ hash verified</Badge>
  ) : (
    <Badge tone="bad">✗ the text has another hash</Badge>
  );
}
