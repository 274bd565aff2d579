import { useEffect, useRef } from 'preact/hooks';
import { forgetSent } from './api/cost.ts';
import { mustSignIn } from './api/tokens.ts';
import { facts } from './facts.ts';
import { CostCorner } from './parts/cost-corner.tsx';
import { ScopeBar } from './parts/scope-bar.tsx';
import { SignIn } from './parts/sign-in.tsx';
import { Empty } from './parts/states.tsx';
import { linkTo, view as viewId } from './state/location.ts';
import { VIEWS, type View } from './views/views.ts';

/** The page: where one can go, what is shown, and what it cost. */
export function App() {
  const view = viewId.value === '' ? VIEWS[0] : VIEWS.find(({ id }) => id === viewId.value);
  return (
    <>
      <a class="skip" href="#main" onClick={skip}>
        Skip to the content
      </a>
      <header class="top">
        <p class="brand">
          <Logo /> Device reports
          {facts.isSimulated && <span class="tag">simulated data</span>}
        </p>
        <ScopeBar />
      </header>
      <Navigation current={view?.id ?? null} />
      <main id="main" tabIndex={-1}>
        {mustSignIn.value !== 'no' ? (
          <SignIn />
        ) : view === undefined ? (
          <Nowhere />
        ) : (
          <Content key={view.id} view={view} />
        )}
      </main>
      <CostCorner />
    </>
  );
}

function Navigation({ current }: { readonly current: string | null }) {
  const nav = useRef<HTMLElement>(null);
  useEffect(() => {
    // On a phone, the views scroll sideways. The current one is brought into sight, and the page stays where it is.
    const link = nav.current?.querySelector<HTMLElement>('[aria-current]');
    if (nav.current === null || link === null || link === undefined) return;
    nav.current.scrollLeft = link.offsetLeft - (nav.current.clientWidth - link.offsetWidth) / 2;
  }, [current]);
  return (
    <nav class="views" aria-label="Views" ref={nav}>
      {VIEWS.map(({ id, title }) => (
        <a key={id} href={linkTo(id)} aria-current={id === current ? 'page' : undefined}>
          {title}
        </a>
      ))}
    </nav>
  );
}

function Content({ view }: { readonly view: View }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${view.title} · Device reports`;
    // Somebody who came from another view hears where they are. On a first visit the focus stays where it is.
    if (document.activeElement !== document.body) heading.current?.focus();
    return forgetSent;
  }, [view]);
  return (
    <>
      <h1 ref={heading} tabIndex={-1}>
        {view.title}
      </h1>
      <p class="question">{view.question}</p>
      <view.Component />
    </>
  );
}

function Nowhere() {
  return (
    <Empty title="There is no such view">
      <p>
        Begin with <a href={linkTo(VIEWS[0]?.id ?? '')}>{VIEWS[0]?.title}</a>.
      </p>
    </Empty>
  );
}

/** The fragment of the address is the state of the page, so the link moves the focus by itself. */
function skip(event: Event): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}

function Logo() {
  return (
    <svg viewBox="0 0 16 16" width="18" height="18" aria-hidden="true" class="logo">
      <path d="M1 10h3v5H1zM6 6h3v9H6zM11 1h3v14h-3z" />
    </svg>
  );
}
