// Metric streams: their definitions and states.
// AWS: API PutMetricStream, GetMetricStream, ListMetricStreams, StartMetricStreams,
// StopMetricStreams, DeleteMetricStream. "When you use PutMetricStream to create a new metric
// stream, the stream is created in the running state. If you use it to update an existing stream,
// the state of the stream is not changed."
// SIMPLIFIED: nothing is sent, so whether the role may and the delivery stream exists is not asked.
// UNDOCUMENTED: the words of refusals; that unknown names are passed over by Start, Stop and
// Delete.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "models/cloudwatch/input.hpp"
#include "models/cloudwatch/operations.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/document/shape.hpp"

namespace opsim::cloudwatch {
namespace {

constexpr std::array<std::string_view, 3> kStreamFormats = {"json", "opentelemetry0.7",
                                                            "opentelemetry1.0"};
constexpr std::int64_t kStreamPage = 500;
constexpr std::size_t kMostStreamed = 100;   // metrics of one StatisticsConfiguration
constexpr std::size_t kMostAdditional = 20;  // statistics of one StatisticsConfiguration

bool is_stream_name(std::string_view name) {
  return std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
}

std::string stream_arn(const Place& place, const std::string& name) {
  return opsim::arn(place, "cloudwatch", "metric-stream/" + name);
}

std::optional<ApiError> read_stream_filters(Input& input, std::string_view member,
                                            std::vector<StreamFilter>& filters) {
  for (const Json* item : input.items(member, MetricStream::kMostFilters)) {
    Input one{*item};
    StreamFilter& filter = filters.emplace_back();
    filter.metric_namespace = one.required_text("Namespace", 255);
    filter.metric_names = one.texts("MetricNames", MetricStream::kMostNames);
    if (auto error = one.error()) return error;
  }
  return input.error();
}

/// "For each entry in this structure, the stream sends additional statistics of up to 100 metrics";
/// the OpenTelemetry formats take percentiles only (CloudWatch-metric-streams-statistics).
std::optional<ApiError> check_statistics(Input& input, const std::string& format) {
  for (const Json* item : input.items("StatisticsConfigurations", kMostStreamed)) {
    Input one{*item};
    one.require("IncludeMetrics");
    one.require("AdditionalStatistics");
    for (const Json* metric : one.items("IncludeMetrics", kMostStreamed)) {
      Input named{*metric};
      named.required_text("Namespace", 255);
      named.required_text("MetricName", 255);
      if (auto error = named.error()) return error;
    }
    const auto statistics = one.texts("AdditionalStatistics", kMostAdditional);
    if (auto error = one.error()) return error;
    for (const std::string& text : statistics) {
      const bool known = Statistic::parse(text).has_value();
      if (!known || (format != "json" && !text.starts_with('p')))
        return invalid_value(
            fmt::format("The statistic {} is not supported by the format {}", text, format));
    }
  }
  return std::nullopt;
}

Json stream_filters_json(const std::vector<StreamFilter>& filters) {
  Json json = Json::array();
  for (const StreamFilter& filter : filters) {
    Json one{{"Namespace", filter.metric_namespace}};
    if (!filter.metric_names.empty()) one["MetricNames"] = filter.metric_names;
    json.push_back(std::move(one));
  }
  return json;
}

/// What ListMetricStreams tells of each.
Json stream_entry(const Place& place, const MetricStream& stream) {
  return {{"Arn", stream_arn(place, stream.name)},
          {"Name", stream.name},
          {"FirehoseArn", stream.firehose},
          {"State", stream.running ? "running" : "stopped"},
          {"OutputFormat", stream.format},
          {"CreationDate", time_json(stream.created)},
          {"LastUpdateDate", time_json(stream.updated)}};
}

ApiResult<Json> switch_streams(CloudWatch& cw, const Request& request, bool running) {
  Input input{request.input};
  input.require("Names");
  const std::vector<std::string> names = input.texts("Names", kStreamPage);
  if (const auto error = input.error()) return *error;
  auto& streams = cw.metric_streams[request.place()];
  for (const std::string& name : names)
    if (const auto found = streams.find(name); found != streams.end())
      found->second.running = running;
  return Json::object();
}

constexpr Shape kStreamText{.kind = Kind::text};
constexpr Shape kStreamList{.kind = Kind::list};
constexpr Shape kStreamBoolean{.kind = Kind::boolean};
constexpr Shape kStreamFormat{.kind = Kind::text, .allowed = kStreamFormats};
constexpr Field kMetricStreamFields[] = {
    {.name = "ExcludeFilters", .shape = &kStreamList, .doc = "All namespaces but these."},
    {.name = "FirehoseArn",
     .shape = &kStreamText,
     .need = Need::required,
     .doc = "The delivery stream; nothing is sent to it."},
    {.name = "IncludeFilters", .shape = &kStreamList, .doc = "These namespaces only."},
    {.name = "IncludeLinkedAccountsMetrics", .shape = &kStreamBoolean},
    {.name = "Name", .shape = &kStreamText},
    {.name = "OutputFormat", .shape = &kStreamFormat, .need = Need::required},
    {.name = "RoleArn", .shape = &kStreamText, .need = Need::required},
    {.name = "StatisticsConfigurations", .shape = &kStreamList},
    {.name = "Tags", .shape = &kStreamList},
};

}  // namespace

ApiResult<MetricStream> read_metric_stream(const Json& members, std::string_view name) {
  Input input{members};
  MetricStream stream;
  stream.name = name;
  if (name.empty() || input.has("Name")) stream.name = input.required_text("Name", 255);
  stream.firehose = input.required_text("FirehoseArn", 1024);
  stream.role = input.required_text("RoleArn", 1024);
  input.require("OutputFormat");
  stream.format = input.choice("OutputFormat", kStreamFormats).value_or("");
  stream.linked_accounts = input.boolean("IncludeLinkedAccountsMetrics").value_or(false);
  if (auto error = input.error()) return std::move(*error);
  if (auto error = read_stream_filters(input, "IncludeFilters", stream.include))
    return std::move(*error);
  if (auto error = read_stream_filters(input, "ExcludeFilters", stream.exclude))
    return std::move(*error);
  if (!is_stream_name(stream.name))
    return invalid_value(
        fmt::format("The metric stream name {} has invalid characters. Valid "
                    "characters are A-Z, a-z, 0-9, \"-\" and \"_\".",
                    stream.name));
  if (!stream.include.empty() && !stream.exclude.empty())
    return invalid_combination(
        "IncludeFilters and ExcludeFilters cannot be specified in the same operation.");
  if (auto error = check_statistics(input, stream.format)) return std::move(*error);
  if (const Json* statistics = input.find("StatisticsConfigurations"))
    stream.statistics = *statistics;
  return stream;
}

ApiResult<Json> put_metric_stream(CloudWatch& cw, const Request& request) {
  ApiResult<MetricStream> read = read_metric_stream(request.input);
  if (!read) return read.error();
  const Place& place = request.place();
  auto& streams = cw.metric_streams[place];
  const std::string arn = stream_arn(place, read->name);
  read->created = read->updated = cw.cloud.sim().now();
  if (const auto known = streams.find(read->name); known != streams.end()) {
    read->created = known->second.created;
    read->running = known->second.running;
  } else {
    Resource resource;
    resource.logical_id = resource.physical_id = read->name;
    resource.type = "AWS::CloudWatch::MetricStream";
    resource.arn = arn;
    resource.place = place;
    resource.tags = opsim::input::tags(opsim::input::member(request.input, "Tags"));
    cw.cloud.resources().add(std::move(resource));
  }
  std::string name = read->name;
  streams.insert_or_assign(std::move(name), std::move(*read));
  return Json{{"Arn", arn}};
}

ApiResult<Json> get_metric_stream(CloudWatch& cw, const Request& request) {
  Input input{request.input};
  const std::string name = input.required_text("Name", 255);
  if (const auto error = input.error()) return *error;
  const auto& streams = cw.metric_streams[request.place()];
  const auto found = streams.find(name);
  if (found == streams.end())
    return ApiError{"ResourceNotFoundException",
                    fmt::format("The metric stream {} does not exist", name), 404};
  const MetricStream& stream = found->second;
  Json answer = stream_entry(request.place(), stream);
  answer["RoleArn"] = stream.role;
  answer["IncludeLinkedAccountsMetrics"] = stream.linked_accounts;
  if (!stream.include.empty()) answer["IncludeFilters"] = stream_filters_json(stream.include);
  if (!stream.exclude.empty()) answer["ExcludeFilters"] = stream_filters_json(stream.exclude);
  if (!stream.statistics.is_null()) answer["StatisticsConfigurations"] = stream.statistics;
  return answer;
}

ApiResult<Json> list_metric_streams(CloudWatch& cw, const Request& request) {
  Input input{request.input};
  const std::int64_t most = input.integer("MaxResults", 1).value_or(kStreamPage);
  if (most > kStreamPage)
    input.complain(fmt::format("{}", most), "MaxResults",
                   fmt::format("have value less than or equal to {}", kStreamPage));
  const std::string token = input.text("NextToken").value_or("");
  if (const auto error = input.error()) return *error;
  Json answer{{"Entries", Json::array()}};
  for (const auto& [name, stream] : cw.metric_streams[request.place()]) {
    if (!token.empty() && name <= token) continue;
    if (std::ssize(answer["Entries"]) == most) {
      answer["NextToken"] = answer["Entries"].back()["Name"];
      break;
    }
    answer["Entries"].push_back(stream_entry(request.place(), stream));
  }
  return answer;
}

ApiResult<Json> start_metric_streams(CloudWatch& cw, const Request& request) {
  return switch_streams(cw, request, true);
}

ApiResult<Json> stop_metric_streams(CloudWatch& cw, const Request& request) {
  return switch_streams(cw, request, false);
}

ApiResult<Json> delete_metric_stream(CloudWatch& cw, const Request& request) {
  Input input{request.input};
  const std::string name = input.required_text("Name", 255);
  if (const auto error = input.error()) return *error;
  if (cw.metric_streams[request.place()].erase(name) > 0) cw.cloud.resources().remove(name);
  return Json::object();
}

// ---- AWS::CloudWatch::MetricStream: Ref is its name ----

constexpr Shape kMetricStreamShape{.kind = Kind::mapping,
                                   .name = "CloudWatchMetricStream",
                                   .doc = "Which metrics are streamed; nothing is sent.",
                                   .fields = kMetricStreamFields};

ApiResult<Created> create_metric_stream(CloudWatch& cw, const ResourceRequest& request) {
  std::string name = opsim::input::text(request.properties, "Name");
  if (name.empty())
    name = cw.cloud.next_id(fmt::format("{}-{}-", request.stack, request.logical_id));
  ApiResult<MetricStream> read = read_metric_stream(request.properties, name);
  if (!read) return read.error();
  auto& streams = cw.metric_streams[request.place];
  if (streams.contains(read->name))
    return ApiError{"AlreadyExists", fmt::format("{} already exists", read->name), 400};
  read->created = read->updated = cw.cloud.sim().now();
  Created created{.physical_id = read->name, .arn = stream_arn(request.place, read->name)};
  created.attributes = {{"Arn", created.arn},
                        {"CreationDate", iso8601(read->created)},
                        {"LastUpdateDate", iso8601(read->updated)},
                        {"State", "running"}};
  streams.insert_or_assign(created.physical_id, std::move(*read));
  return created;
}

}  // namespace opsim::cloudwatch
