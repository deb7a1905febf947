import type { CounterName, GaugeName, HistogramName, LabelsOf } from './catalogue.ts';

/** What a gauge stands at now. */
export type Reading = {
  readonly [Name in GaugeName]: {
    readonly name: Name;
    readonly labels: LabelsOf<Name>;
    readonly value: number;
  };
}[GaugeName];

/** Where the server's own parts count. Cheap enough for every request and append; never throws. */
export interface Meter {
  count<Name extends CounterName>(name: Name, ...labels: LabelsOf<Name>): void;
  /** One value in the histogram's unit: seconds, or a number of things. */
  observe<Name extends HistogramName>(name: Name, value: number, ...labels: LabelsOf<Name>): void;
}

/** Measures nothing: for commands, which nobody watches. */
export const silentMeter: Meter = { count: () => undefined, observe: () => undefined };

/** All series in a format that monitoring reads. */
export interface Exposition {
  readonly contentType: string;
  readonly body: string;
}
