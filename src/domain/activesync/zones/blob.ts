/** When in a year clocks change: month 1 to 12, weekday 0 is Sunday, week 5 is the last; local time before the change. */
export interface ZoneDate {
  /** 0 for every year; else `week` is the day of the month in that one. */
  readonly year: number;
  readonly month: number;
  readonly weekday: number;
  readonly week: number;
  readonly hour: number;
  readonly minute: number;
}

/** A time zone as MS-ASDTYPE 2.7.6 has it. Biases are minutes: UTC is local time plus bias. */
export interface ZoneRules {
  readonly bias: number;
  /** Of standard time; '' when nobody says. */
  readonly name: string;
  readonly standardBias: number;
  readonly daylightBias: number;
  /** Both or none: a zone without either has no summer time. */
  readonly summer?: { readonly begins: ZoneDate; readonly ends: ZoneDate };
}

const SIZE = 172;
const NAME_UNITS = 32;
const AT = {
  bias: 0,
  standardName: 4,
  standardDate: 68,
  standardBias: 84,
  daylightName: 88,
  daylightDate: 152,
  daylightBias: 168,
} as const;

/** The 172 octets in base64; what nothing is said of is zero. */
export const encodeBlob = ({
  bias,
  name,
  standardBias,
  daylightBias,
  summer,
}: ZoneRules): string => {
  const view = new DataView(new ArrayBuffer(SIZE));
  view.setInt32(AT.bias, bias, true);
  writeName(view, AT.standardName, name);
  view.setInt32(AT.standardBias, standardBias, true);
  if (summer !== undefined) {
    writeDate(view, AT.standardDate, summer.ends);
    writeName(view, AT.daylightName, name.replace(/ Standard Time$/, ' Daylight Time'));
    writeDate(view, AT.daylightDate, summer.begins);
    view.setInt32(AT.daylightBias, daylightBias, true);
  }
  return btoa(String.fromCharCode(...new Uint8Array(view.buffer)));
};

/** Reads a blob; `undefined` for what is none, or says of a zone what no zone is. */
export const decodeBlob = (text: string): ZoneRules | undefined => {
  const octets = octetsOf(text);
  if (octets === undefined) return undefined;
  const view = new DataView(octets.buffer, octets.byteOffset, SIZE);
  const bias = view.getInt32(AT.bias, true);
  const standardBias = view.getInt32(AT.standardBias, true);
  const daylightBias = view.getInt32(AT.daylightBias, true);
  if (
    ![bias, bias + standardBias, bias + daylightBias].every((each) => Math.abs(each) <= DAY_MINUTES)
  )
    return undefined;
  const [ends, begins] = [readDate(view, AT.standardDate), readDate(view, AT.daylightDate)];
  const isPlain = ends === undefined || begins === undefined || daylightBias === standardBias;
  return {
    bias,
    name: readName(view, AT.standardName),
    standardBias,
    daylightBias: isPlain ? 0 : daylightBias,
    ...(!isPlain && { summer: { begins, ends } }),
  };
};

/** Whether a blob says UTC, or nothing. */
export const isZero = ({ bias, standardBias, summer }: ZoneRules): boolean =>
  bias + standardBias === 0 && summer === undefined;

const DAY_MINUTES = 24 * 60;

const octetsOf = (text: string): Uint8Array | undefined => {
  const packed = text.replaceAll(/\s/g, '');
  if (!/^[A-Za-z0-9+/]{230}={0,2}$/.test(packed)) return undefined;
  const binary = atob(packed.replace(/=+$/, ''));
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
};

const writeName = (view: DataView, at: number, name: string): void => {
  // The last unit ends the name.
  for (let index = 0; index < Math.min(name.length, NAME_UNITS - 1); index += 1)
    view.setUint16(at + index * 2, name.charCodeAt(index), true);
};

const readName = (view: DataView, at: number): string => {
  let name = '';
  for (let index = 0; index < NAME_UNITS; index += 1) {
    const unit = view.getUint16(at + index * 2, true);
    if (unit === 0) break;
    name += String.fromCharCode(unit);
  }
  return name;
};

const writeDate = (view: DataView, at: number, date: ZoneDate): void => {
  const units = [date.year, date.month, date.weekday, date.week, date.hour, date.minute, 0, 0];
  units.forEach((unit, index) => {
    view.setUint16(at + index * 2, unit, true);
  });
};

const readDate = (view: DataView, at: number): ZoneDate | undefined => {
  const unit = (index: number): number => view.getUint16(at + index * 2, true);
  const date = {
    year: unit(0),
    month: unit(1),
    weekday: unit(2),
    week: unit(3),
    hour: unit(4),
    minute: unit(5),
  };
  const isDate =
    date.month >= 1 &&
    date.month <= 12 &&
    date.weekday <= 6 &&
    date.week >= 1 &&
    date.week <= (date.year === 0 ? 5 : 31) &&
    date.hour <= 23 &&
    date.minute <= 59;
  return isDate ? date : undefined;
};
