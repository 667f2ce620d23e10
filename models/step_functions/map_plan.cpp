// What a Map state goes through. AWS: state-map-inline, state-map-distributed.
#include "models/step_functions/map_plan.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "opsim/cloud/input.hpp"

namespace opsim::step_functions {

namespace {

Failure runtime(std::string cause) { return {.error = kRuntimeError, .cause = std::move(cause)}; }

std::string told_value(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::optional<double> number_of(const Json& value) {
  if (value.is_number()) return value.get<double>();
  if (!value.is_string()) return std::nullopt;
  const auto& text = value.get_ref<const std::string&>();
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() ? std::optional{number}
                                                                  : std::nullopt;
}

}  // namespace

Outcome<std::optional<double>> map_number(const State& state, Query& query, const std::string& key,
                                          const Values& values, bool whole) {
  const auto accepted = [&](const Json& value) {
    const auto found = number_of(value);
    const bool fits = found && (!whole || *found == std::floor(*found));
    return fits ? found : std::nullopt;
  };
  if (const Json* written = state.field(key); written != nullptr) {
    if (!is_expression(*written)) return accepted(*written);
    Outcome<Json> value = query.typed(input::text(*written), "number", values, key);
    if (!value) return value.error();
    return accepted(*value);
  }
  const std::string path = state.text(key + "Path");
  if (path.empty()) return std::optional<double>{};
  Outcome<Json> value = query.reference(path, values);
  if (!value) return value.error();
  const auto found = accepted(*value);
  if (!found)
    return runtime(
        fmt::format("The {}Path field refers to value \"{}\" which is not a valid {}: {}", key,
                    told_value(*value), whole ? "integer" : "float", path));
  return found;
}

Outcome<Json> items_of(const State& state, Query& query, const Values& values) {
  if (state.language == Language::jsonata) {
    const Json* const written = state.field("Items");
    if (written != nullptr && is_expression(*written))
      return query.typed(input::text(*written), "array", values, "Items");
    Outcome<Json> list = written == nullptr
                             ? Outcome<Json>{values.input}
                             : query.payload(*written, state.language, values, "Items");
    if (list && !list->is_array())
      return Failure{
          .error = kQueryError,
          .cause = fmt::format("Map state input must be an array but was: {}", list->dump())};
    return list;
  }
  const std::string path = state.field("ItemsPath") != nullptr ? state.text("ItemsPath") : "$";
  Outcome<Json> list = query.reference(path, values);
  if (list && !list->is_array())
    return runtime(fmt::format("Reference path \"{}\" must point to array.",
                               path.starts_with("$$") ? path.substr(1) : path));
  return list;
}

Outcome<Json> item_input(const State& state, Query& query, const Values& values, const Json& item) {
  const Json* selector = state.field("ItemSelector");
  if (selector == nullptr) selector = state.field("Parameters");
  if (selector == nullptr) return item.at("Value");
  const std::function<Json()> context = [&] {
    Json found = values.context();
    found["Map"] = {{"Item", item}};
    return found;
  };
  const Values of_item{values.input, context, values.variables};
  return query.payload(*selector, state.language, of_item, "ItemSelector");
}

Outcome<Json> batched(const State& state, Query& query, const Values& values, Json items) {
  const Json* const batcher = state.field("ItemBatcher");
  if (batcher == nullptr) return items;
  const auto most = static_cast<std::size_t>(
      std::max<std::int64_t>(1, input::integer(*batcher, "MaxItemsPerBatch").value_or(100)));
  Outcome<Json> extra = Json();
  if (const auto at = batcher->find("BatchInput"); at != batcher->end())
    extra = query.payload(*at, state.language, values, "ItemBatcher/BatchInput");
  if (!extra) return extra;
  Json batches = Json::array();
  for (Json& item : items) {
    if (batches.empty() || batches.back()["Items"].size() >= most) {
      batches.push_back({{"Items", Json::array()}});
      if (!extra->is_null()) batches.back()["BatchInput"] = *extra;
    }
    batches.back()["Items"].push_back(std::move(item));
  }
  return batches;
}

Outcome<std::optional<double>> tolerated_failures(const State& state, Query& query,
                                                  const Values& values, std::size_t items) {
  const auto count = map_number(state, query, "ToleratedFailureCount", values, true);
  if (!count) return count.error();
  const auto share = map_number(state, query, "ToleratedFailurePercentage", values, false);
  if (!share) return share.error();
  if (*share && (**share < 0 || **share > 100))
    return runtime("ToleratedFailurePercentage must be between 0 and 100.");
  if (*count && **count < 0) return runtime("ToleratedFailureCount must not be negative.");
  // "the Map Run fails when either is exceeded"
  std::optional<double> most = *count;
  if (*share) {
    const double part = **share / 100 * static_cast<double>(items);
    most = most ? std::min(*most, part) : part;
  }
  return most;
}

}  // namespace opsim::step_functions
