import type { ComponentType } from 'preact';
import { ChangesView } from './changes/changes-view.tsx';
import { CycleView } from './cycle/cycle-view.tsx';
import { DeviceView } from './device/device-view.tsx';
import { OperatorView } from './operator/operator-view.tsx';
import { ReportsView } from './reports/reports-view.tsx';
import { WhoView } from './who/who-view.tsx';

/** A view of the page. The first one is shown at the address without a view. */
export interface View {
  readonly id: string;
  readonly title: string;
  /** What it answers. */
  readonly question: string;
  readonly Component: ComponentType;
}

export const VIEWS: readonly View[] = [
  { id: 'cycle', title: 'This cycle', question: 'How much have we used, and will it fit?', Component: CycleView },
  { id: 'who', title: 'Who', question: 'Which devices used most, and which are silent?', Component: WhoView },
  {
    id: 'changes',
    title: 'What changed',
    question: 'Against the days before: what, and by which devices?',
    Component: ChangesView,
  },
  {
    id: 'device',
    title: 'One device',
    question: 'When was it online, and how much did it transfer?',
    Component: DeviceView,
  },
  { id: 'reports', title: 'Reports', question: 'How far are the reports that arrive later?', Component: ReportsView },
  {
    id: 'operator',
    title: 'Operator',
    question: 'Does the server work, and what did it do today?',
    Component: OperatorView,
  },
];
