import { href } from './router';

interface Props {
  pages: readonly { readonly name: string; readonly label?: string }[];
  /** The name of the page on display. */
  at: string;
  class: string | undefined;
}

/** Links to the pages of a frame; the one on display is marked as such. */
export function PageLinks({ pages, at, class: name }: Props) {
  return (
    <nav aria-label="Pages" class={name}>
      {pages.map((one) => (
        <a key={one.name} href={href(one.name)} aria-current={at === one.name ? 'page' : undefined}>
          {one.label}
        </a>
      ))}
    </nav>
  );
}
