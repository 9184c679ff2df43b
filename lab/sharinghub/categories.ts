import { HttpException } from "./gitlab.ts";

export interface Category {
  readonly id: string;
  readonly title: string;
  readonly topic: string;
  /** Whether its projects have an MLflow. */
  readonly mlflow: boolean;
}

/** As EOEPCA configures them (facts/platform.md §2.2). */
export const categories: readonly Category[] = [
  { id: "ai-model", title: "AI Models", topic: "sharinghub:aimodel", mlflow: true },
  { id: "dataset", title: "Datasets", topic: "sharinghub:dataset", mlflow: false },
];

/** A project without any of the topics is 500 and not 404: app/stac/api/category.py @0.4.0. */
export function categoriesOf(topics: readonly string[]): readonly Category[] {
  const found = categories.filter(({ topic }) => topics.includes(topic));
  if (found.length === 0) throw new HttpException(500, `Category not found in ${JSON.stringify(topics)}`);
  return found;
}

export function categoryOf(id: string): Category {
  const found = categories.find((category) => category.id === id);
  if (found === undefined) throw new HttpException(404, "Not Found");
  return found;
}
