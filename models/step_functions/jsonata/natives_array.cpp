// Functions of arrays, and those that take functions. Source: docs.jsonata.org/array-functions,
// higher-order-functions.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/step_functions/jsonata/natives.hpp"

namespace opsim::jsonata {

namespace {

// A function is handed as many of (item, index, array) as it takes.
Value apply(Evaluation& run, const Value& function, const Value& item, std::size_t at,
            const Value& array) {
  Arguments arguments{item};
  const std::size_t most = arity_of(*function.function());
  if (most >= 2) arguments.emplace_back(static_cast<double>(at));
  if (most >= 3) arguments.push_back(array);
  return run.call(*function.function(), std::move(arguments), nullptr);
}

Value map(Evaluation& run, Arguments& given) {
  if (!given[0].defined()) return {};
  std::vector<Value> found;
  const auto& items = given[0].list()->items;
  for (std::size_t at = 0; at < items.size(); ++at) {
    Value made = apply(run, given[1], items[at], at, given[0]);
    if (made.defined()) found.push_back(std::move(made));
  }
  run.hold(found.size() * kHeldValue);
  return sequence_of(std::move(found));
}
Value filter(Evaluation& run, Arguments& given) {
  if (!given[0].defined()) return {};
  std::vector<Value> found;
  const auto& items = given[0].list()->items;
  for (std::size_t at = 0; at < items.size(); ++at)
    if (truth(apply(run, given[1], items[at], at, given[0]))) found.push_back(items[at]);
  run.hold(found.size() * kHeldValue);
  return sequence_of(std::move(found));
}
Value single(Evaluation& run, Arguments& given) {
  if (!given[0].defined()) return {};
  Value found;
  bool any = false;
  const auto& items = given[0].list()->items;
  for (std::size_t at = 0; at < items.size(); ++at) {
    if (given[1].defined() && !truth(apply(run, given[1], items[at], at, given[0]))) continue;
    if (any)
      fail("D3138",
           "The $single() function expected exactly 1 matching result.  Instead it matched more.");
    any = true;
    found = items[at];
  }
  if (!any)
    fail("D3139",
         "The $single() function expected exactly 1 matching result.  Instead it matched 0.");
  return found;
}
Value reduce(Evaluation& run, Arguments& given) {
  if (!given[0].defined()) return {};
  const std::size_t most = arity_of(*given[1].function());
  if (most < 2)
    fail("D3050",
         "The second argument of reduce function must be a function with at least two arguments");
  const auto& items = given[0].list()->items;
  std::size_t at = 0;
  Value result = given[2];
  if (!result.defined() && !items.empty()) result = items[at++];
  for (; at < items.size(); ++at) {
    Arguments arguments{result, items[at]};
    if (most >= 3) arguments.emplace_back(static_cast<double>(at));
    if (most >= 4) arguments.push_back(given[0]);
    result = run.call(*given[1].function(), std::move(arguments), nullptr);
  }
  return result;
}
Value count(Evaluation&, Arguments& given) {
  return Value{given[0].defined() ? static_cast<double>(given[0].list()->items.size()) : 0.0};
}
Value append(Evaluation& run, Arguments& given) {
  if (!given[0].defined()) return given[1];
  if (!given[1].defined()) return given[0];
  std::vector<Value> items = items_of(given[0]);
  const std::vector<Value> more = items_of(given[1]);
  items.insert(items.end(), more.begin(), more.end());
  run.hold(items.size() * kHeldValue);
  return sequence_of(std::move(items));
}
Value reverse(Evaluation& run, Arguments& given) {
  if (!given[0].defined()) return {};
  std::vector<Value> items = given[0].list()->items;
  std::ranges::reverse(items);
  run.hold(items.size() * kHeldValue);
  return list_of(std::move(items));
}
Value shuffle(Evaluation& run, Arguments& given) {
  if (!given[0].defined()) return {};
  std::vector<Value> items = given[0].list()->items;
  for (std::size_t at = items.size(); at > 1; --at) {
    const auto other = static_cast<std::size_t>(run.host.random() * static_cast<double>(at));
    std::swap(items[at - 1], items[std::min(other, at - 1)]);
  }
  return list_of(std::move(items));
}
Value distinct(Evaluation& run, Arguments& given) {
  if (given[0].list() == nullptr || given[0].list()->items.size() <= 1) return given[0];
  std::vector<Value> found;
  for (const Value& item : given[0].list()->items) {
    run.step();
    if (std::ranges::none_of(found, [&](const Value& known) { return equal(known, item); }))
      found.push_back(item);
  }
  return given[0].list()->sequence ? sequence_of(std::move(found)) : list_of(std::move(found));
}

Value ordered(const std::vector<Value>& items,
              const std::function<bool(std::size_t, std::size_t)>& swaps) {
  std::vector<Value> result;
  for (const std::size_t place : merged_order(items.size(), swaps)) result.push_back(items[place]);
  return list_of(std::move(result));
}
Value sort(Evaluation& run, Arguments& given) {
  if (!given[0].defined()) return {};
  const auto& items = given[0].list()->items;
  run.hold(items.size() * kHeldValue * 2);
  if (given[1].defined()) {
    return ordered(items, [&](std::size_t a, std::size_t b) {
      return truth(run.call(*given[1].function(), {items[a], items[b]}, nullptr));
    });
  }
  const bool numbers =
      std::ranges::all_of(items, [](const Value& item) { return item.number() != nullptr; });
  const bool texts =
      std::ranges::all_of(items, [](const Value& item) { return item.text() != nullptr; });
  if (!numbers && !texts)
    fail("D3070",
         "The single argument form of the sort function can only be applied to an array of strings "
         "or an array of numbers.  Use the second argument to specify a comparison function");
  return ordered(items, [&](std::size_t a, std::size_t b) {
    run.step();
    return numbers ? *items[a].number() > *items[b].number() : *items[a].text() > *items[b].text();
  });
}
Value zip(Evaluation& run, Arguments& given) {
  std::vector<Value> rows;
  std::size_t length = given.empty() ? 0 : items_of(given[0]).size();
  for (const Value& column : given) length = std::min(length, items_of(column).size());
  for (std::size_t at = 0; at < length; ++at) {
    std::vector<Value> row;
    for (const Value& column : given) row.push_back(items_of(column)[at]);
    rows.push_back(list_of(std::move(row)));
    run.hold(given.size() * kHeldValue);
  }
  return list_of(std::move(rows));
}

// Of Step Functions. AWS: transforming-data.
Value partition(Evaluation& run, Arguments& given) {
  if (!given[0].defined() || !given[1].number()) return {};
  const double size = std::floor(*given[1].number());
  if (size < 1) fail("D3202", "$partition needs a size above zero");
  std::vector<Value> parts;
  std::vector<Value> part;
  for (const Value& item : given[0].list()->items) {
    part.push_back(item);
    if (static_cast<double>(part.size()) >= size) parts.push_back(list_of(std::exchange(part, {})));
  }
  if (!part.empty()) parts.push_back(list_of(std::move(part)));
  run.hold(given[0].list()->items.size() * kHeldValue);
  return list_of(std::move(parts));
}
Value range(Evaluation& run, Arguments& given) {
  if (!given[0].number() || !given[1].number()) return {};
  const double step = given[2].number() ? *given[2].number() : 1;
  if (step == 0) fail("D3203", "$range needs a step that is not zero");
  const double count_of = std::floor((*given[1].number() - *given[0].number()) / step) + 1;
  if (count_of > 1e6) fail("D3203", "$range makes at most a million values");
  std::vector<Value> items;
  for (double at = 0; at < count_of; ++at) items.emplace_back(*given[0].number() + at * step);
  run.hold(items.size() * kHeldValue);
  return list_of(std::move(items));
}

constexpr Native kArrayFunctions[] = {
    {"append", "xx", append, 2}, {"count", "a", count},         {"distinct", "x", distinct},
    {"filter", "af", filter, 2}, {"map", "af", map, 2},         {"partition", "an", partition, 2},
    {"range", "nnn?", range, 3}, {"reduce", "afj?", reduce, 3}, {"reverse", "a", reverse},
    {"shuffle", "a", shuffle},   {"single", "af?", single, 2},  {"sort", "af?", sort, 2},
    {"zip", "a+", zip, 0},
};

}  // namespace

std::span<const Native> array_functions() { return kArrayFunctions; }

}  // namespace opsim::jsonata
