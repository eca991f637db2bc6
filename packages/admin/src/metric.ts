/**
 * A metric as data: its name, its meaning, and how to read it. The text for a monitoring system and the table for people
 * come from the same entries.
 */

/** Values by labels: the values of the metric's labels, in order, and the number. */
export type LabelledValues = readonly (readonly [labels: readonly string[], value: number])[];

/** A histogram at one moment. */
export interface Histogram {
  /** Upper bounds of all buckets but the last, ascending. */
  readonly bounds: readonly number[];
  /** Number of values in each bucket, without those of lower buckets. */
  readonly counts: readonly number[];
  /** Sum of all values. */
  readonly sum: number;
}

interface MetricBase {
  /** The whole name, with its unit; that of a counter ends with `_total`. */
  readonly name: string;
  /** What it is, in one line. */
  readonly help: string;
}

/** A metric that is one number, or one for each combination of its labels. */
export interface NumberMetric<Source> extends MetricBase {
  readonly type: 'counter' | 'gauge';
  /** Names of its labels; none by default. */
  readonly labels?: readonly string[];
  /**
   * Returns its value, or its values by labels.
   *
   * @returns undefined if it doesn't exist here
   */
  read(source: Source): number | LabelledValues | undefined;
}

/** A metric that says how values are distributed. */
export interface HistogramMetric<Source> extends MetricBase {
  readonly type: 'histogram';
  /**
   * Returns the histogram.
   *
   * @returns undefined if it doesn't exist here
   */
  read(source: Source): Histogram | undefined;
}

/** An entry of a table of metrics. */
export type Metric<Source = void> = NumberMetric<Source> | HistogramMetric<Source>;
