// SIMPLIFIED: an object is read whole; a manifest of Amazon S3 Inventory and Parquet are not read;
// results are written in one file for the succeeded and one for the failed.
#include "models/step_functions/map_objects.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/step_functions/map_plan.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::step_functions {

namespace {

constexpr std::size_t kMostRead = 1'000'000;

Caller caller_of(const Execution& execution) {
  return {.place = execution.place,
          .principal = execution.role_arn.empty() ? "states.amazonaws.com" : execution.role_arn,
          .invoked_by = "states.amazonaws.com"};
}

Failure reader_failed(std::string cause) {
  return {.error = "States.ItemReaderFailed", .cause = std::move(cause)};
}

/// Parameters (JSONPath) or Arguments (JSONata) of a reader or a writer.
Outcome<Json> arguments_in(const Json& fields, const State& state, Query& query,
                           const Values& values) {
  const char* key = state.language == Language::jsonata ? "Arguments" : "Parameters";
  const auto at = fields.find(key);
  if (at == fields.end()) return Json(Json::object());
  return query.payload(*at, state.language, values, key);
}

/// Each row with the names of the first one, or of CSVHeaders.
Json rows_as_objects(const std::string& text, const Json& config) {
  constexpr std::pair<std::string_view, char> kDelimiters[] = {
      {"COMMA", ','}, {"PIPE", '|'}, {"SEMICOLON", ';'}, {"SPACE", ' '}, {"TAB", '\t'}};
  char delimiter = ',';
  for (const auto& [name, sign] : kDelimiters)
    if (input::text(config, "CSVDelimiter") == name) delimiter = sign;
  std::vector<std::vector<std::string>> rows = read_csv(text, delimiter);
  std::vector<std::string> names = input::texts(config, "CSVHeaders");
  if (input::text(config, "CSVHeaderLocation") != "GIVEN" && !rows.empty()) {
    names = std::move(rows.front());
    rows.erase(rows.begin());
  }
  Json items = Json::array();
  for (const auto& row : rows) {
    Json item = Json::object();
    for (std::size_t at = 0; at < names.size(); ++at)
      item[names[at]] = at < row.size() ? row[at] : "";
    items.push_back(std::move(item));
  }
  return items;
}

Outcome<Json> lines_of(const std::string& text) {
  Json items = Json::array();
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = std::string_view{text}.substr(at, end - at);
    at = end + 1;
    if (line.find_first_not_of(" \r\t") == std::string_view::npos) continue;
    Json item = Json::parse(line, nullptr, false);
    if (item.is_discarded()) return reader_failed("A line of the object is no JSON");
    items.push_back(std::move(item));
  }
  return items;
}

Outcome<Json> items_in(const std::string& text, const Json& config) {
  const std::string type = input::text(config, "InputType");
  if (type == "CSV") return rows_as_objects(text, config);
  if (type == "JSONL") return lines_of(text);
  if (type == "MANIFEST" || type == "PARQUET")
    return reader_failed(fmt::format("not simulated: the InputType {}", type));
  Json items = Json::parse(text, nullptr, false);
  if (!items.is_array())
    return reader_failed("Attempting to map over non-iterable node: the object must hold a list");
  return items;
}

/// ["a.csv", …] of a bucket, each as ListObjectsV2 tells of it; page after page.
Process<Outcome<Json>> listed_objects(Track& track, Json arguments) {
  Json items = Json::array();
  while (items.size() < kMostRead) {
    Caller caller = caller_of(track.execution);
    Json request = arguments;
    ApiResult<Json> page = co_await track.states.cloud.call(std::move(caller), "s3",
                                                            "ListObjectsV2", std::move(request));
    if (!page) co_return reader_failed(page.error().message);
    for (const Json& object : input::member(*page, "Contents")) items.push_back(object);
    const std::string next = input::text(*page, "NextContinuationToken");
    if (next.empty()) break;
    arguments["ContinuationToken"] = next;
  }
  co_return items;
}

Process<Outcome<Json>> read_object(Track& track, Json arguments, Json config) {
  Caller caller = caller_of(track.execution);
  ApiResult<Json> answer =
      co_await track.states.cloud.call(std::move(caller), "s3", "GetObject", std::move(arguments));
  if (!answer) co_return reader_failed(answer.error().message);
  const Json& body = input::member(*answer, "Body");
  co_return items_in(body.is_string() ? body.get<std::string>() : body.dump(), config);
}

Json exported(const ChildResult& child) {
  Json told{{"ExecutionArn", child.arn},
            {"Name", child.name},
            {"Input", child.input.dump()},
            {"Status", child.result ? "SUCCEEDED" : "FAILED"}};
  if (child.result) {
    told["Output"] = child.result->dump();
  } else {
    told["Error"] = child.result.error().error.value_or("");
    told["Cause"] = child.result.error().cause.value_or("");
  }
  return told;
}

}  // namespace

std::vector<std::vector<std::string>> read_csv(std::string_view text, char delimiter) {
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> row;
  std::string cell;
  bool quoted = false;
  const auto end_row = [&] {
    row.push_back(std::move(cell));
    cell.clear();
    if (row.size() > 1 || !row.front().empty()) rows.push_back(std::move(row));
    row.clear();
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (quoted && c == '"' && at + 1 < text.size() && text[at + 1] == '"') {
      cell += text[++at];
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && c == delimiter) {
      row.push_back(std::move(cell));
      cell.clear();
    } else if (!quoted && c == '\n') {
      end_row();
    } else if (quoted || c != '\r') {
      cell += c;
    }
  }
  if (!cell.empty() || !row.empty()) end_row();
  return rows;
}

namespace {

/// MaxItems: a number, also as text; 0 is all of them. What AWS answers to others is reported in
/// github.com/floci-io/floci, pull request 3732.
Outcome<std::int64_t> most_items(const Json& config, Query& query, const Values& values) {
  Json given = input::member(config, "MaxItems");
  const std::string path = input::text(config, "MaxItemsPath");
  const bool expression = is_expression(given);
  if (!path.empty() || expression) {
    Outcome<Json> value = expression ? query.expression(given.get_ref<const std::string&>(), values,
                                                        "ItemReader/ReaderConfig/MaxItems")
                                     : query.reference(path, values);
    if (!value) return value.error();
    given = *std::move(value);
  }
  if (given.is_null() && path.empty()) return 0;
  const auto number = given.is_number_float() ? std::nullopt : input::integer(given);
  if (!number)
    return Failure{
        .error = expression ? kQueryError : kRuntimeError,
        .cause = fmt::format("MaxItems must be a whole number, but was {}", given.dump())};
  if (*number < 0) return reader_failed("field MaxItems must be positive");
  return *number;
}

}  // namespace

Process<Outcome<Json>> read_items(Track& track, const State& state, const Values& values) {
  Query& query = track.execution.query;
  const Json* const reader = state.field("ItemReader");
  if (reader == nullptr) co_return items_of(state, query, values);
  Outcome<Json> arguments = arguments_in(*reader, state, query, values);
  if (!arguments) co_return arguments.error();
  const Json config = input::member(*reader, "ReaderConfig");
  const bool lists = input::text(*reader, "Resource").ends_with(":s3:listObjectsV2");
  Outcome<Json> items = Failure{};
  if (lists)
    items = co_await listed_objects(track, *std::move(arguments));
  else
    items = co_await read_object(track, *std::move(arguments), config);
  if (!items) co_return items;
  const Outcome<std::int64_t> most = most_items(config, query, values);
  if (!most) co_return most.error();
  if (*most >= 1 && items->size() > static_cast<std::size_t>(*most))
    items->erase(items->begin() + *most, items->end());
  co_return items;
}

Process<Outcome<Json>> write_results(Track& track, const State& state, const Values& values,
                                     const MapRun& run, std::vector<ChildResult> children) {
  const Json* const writer = state.field("ResultWriter");
  Outcome<Json> arguments = arguments_in(*writer, state, track.execution.query, values);
  if (!arguments) co_return arguments.error();
  const std::string bucket = input::text(*arguments, "Bucket");
  std::string folder = input::text(*arguments, "Prefix");
  if (!folder.empty() && !folder.ends_with('/')) folder += '/';
  folder += run.arn.substr(run.arn.rfind(':') + 1) + '/';
  const std::string run_arn = run.arn;

  Json files = Json::object();
  for (const bool ok : {true, false}) {
    Json list = Json::array();
    for (const ChildResult& child : children)
      if (child.result.has_value() == ok) list.push_back(exported(child));
    const char* status = ok ? "SUCCEEDED" : "FAILED";
    files[status] = Json::array();
    if (list.empty()) continue;
    const std::string key = fmt::format("{}{}_0.json", folder, status);
    std::string body = list.dump();
    files[status].push_back({{"Key", key}, {"Size", body.size()}});
    Caller caller = caller_of(track.execution);
    Json request{{"Bucket", bucket}, {"Key", key}, {"Body", std::move(body)}};
    const ApiResult<Json> put =
        co_await track.states.cloud.call(std::move(caller), "s3", "PutObject", std::move(request));
    if (!put) co_return Failure{.error = "States.ResultWriterFailed", .cause = put.error().message};
  }
  files["PENDING"] = Json::array();
  const Json manifest{
      {"DestinationBucket", bucket}, {"MapRunArn", run_arn}, {"ResultFiles", std::move(files)}};
  const std::string key = folder + "manifest.json";
  Caller caller = caller_of(track.execution);
  Json request{{"Bucket", bucket}, {"Key", key}, {"Body", manifest.dump()}};
  const ApiResult<Json> put =
      co_await track.states.cloud.call(std::move(caller), "s3", "PutObject", std::move(request));
  if (!put) co_return Failure{.error = "States.ResultWriterFailed", .cause = put.error().message};
  co_return Json{{"MapRunArn", run_arn},
                 {"ResultWriterDetails", {{"Bucket", bucket}, {"Key", key}}}};
}

}  // namespace opsim::step_functions
