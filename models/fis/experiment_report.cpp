// The report of an experiment: what it was, what each action did, and what the dashboards showed
// before, during and after.
// AWS: FIS API Reference, ExperimentTemplateReportConfiguration, ExperimentReport; User Guide,
// "Experiment report configurations" (experiment-report-configuration): the time before and after
// is 20 minutes each unless given; the role of the experiment reads dashboards and writes to S3.
// SIMPLIFIED: AWS writes a PDF with pictures of the widgets; this is text with their numbers.
// UNDOCUMENTED: the key of the object.
#include <fmt/format.h>

#include "models/fis/actions.hpp"
#include "models/fis/experiment.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::fis {

namespace {

constexpr Duration kAround = std::chrono::minutes{20};
constexpr std::size_t kMostMetrics = 100;

struct Window {
  std::string_view name;
  SimTime from;
  SimTime to;
};

std::string moment(SimTime time) { return iso8601(std::chrono::floor<std::chrono::seconds>(time)); }

Duration around(const Json& configuration, std::string_view member) {
  return parse_iso_duration(input::text(configuration, member)).value_or(kAround);
}

const Json& bucket_of(const Json& configuration) {
  const Json& outputs = input::member(configuration, "Outputs");
  const Json& by_api = input::member(outputs, "S3Configuration");
  return by_api.is_null() ? input::member(outputs, "ExperimentReportS3Configuration") : by_api;
}

std::vector<std::string> dashboards_of(const Json& configuration) {
  std::vector<std::string> names;
  const Json& sources = input::member(configuration, "DataSources");
  const Json& dashboards = input::member(sources, "CloudWatchDashboards");
  if (dashboards.is_array())
    for (const Json& one : dashboards) {
      const std::string arn = input::text(one, "DashboardIdentifier");
      names.push_back(arn.substr(arn.rfind('/') + 1));
    }
  return names;
}

// ---- Metrics of a dashboard -------------------------------------------------------------------

struct Shown {
  std::vector<std::string> words;  // namespace, name, dimension, value, ...
  std::string statistic;
};

/// ["AWS/EC2", "CPUUtilization", "InstanceId", "i-1"]; "." repeats the word above, "..." all of
/// the words above but the last ones that follow.
std::vector<std::string> words_of(const Json& metric, const std::vector<std::string>& above) {
  std::vector<std::string> words;
  for (const Json& word : metric) {
    if (!word.is_string()) continue;
    const std::string text = word.get<std::string>();
    if (text == "...") {
      std::size_t follow = 0;
      for (const Json& other : metric) follow += other.is_string() && other != word ? 1 : 0;
      const std::size_t kept = above.size() > follow ? above.size() - follow : 0;
      words.assign(above.begin(), above.begin() + static_cast<std::ptrdiff_t>(kept));
    } else {
      words.push_back(text == "." && words.size() < above.size() ? above[words.size()] : text);
    }
  }
  return words;
}

std::vector<Shown> metrics_of(const Json& body) {
  std::vector<Shown> found;
  const Json& widgets = input::member(body, "widgets");
  if (!widgets.is_array()) return found;
  for (const Json& widget : widgets) {
    const Json& properties = input::member(widget, "properties");
    const Json& metrics = input::member(properties, "metrics");
    if (!metrics.is_array()) continue;
    std::string statistic = input::text(properties, "stat");
    if (statistic.empty()) statistic = "Average";
    std::vector<std::string> above;
    for (const Json& metric : metrics) {
      if (!metric.is_array()) continue;
      above = words_of(metric, above);
      if (above.size() >= 2 && found.size() < kMostMetrics) found.push_back({above, statistic});
    }
  }
  return found;
}

/// "12.5": the mean of the statistic's values within the window; "-" where there are none.
std::string value_in(Fis& fis, const Experiment& experiment, const Shown& shown,
                     const Window& window) {
  Json dimensions = Json::array();
  for (std::size_t i = 2; i + 1 < shown.words.size(); i += 2)
    dimensions.push_back({{"Name", shown.words[i]}, {"Value", shown.words[i + 1]}});
  const auto answer = fis.cloud.inspect(experiment.place, "cloudwatch", "GetMetricStatistics",
                                        {{"Namespace", shown.words[0]},
                                         {"MetricName", shown.words[1]},
                                         {"Dimensions", std::move(dimensions)},
                                         {"StartTime", moment(window.from)},
                                         {"EndTime", moment(window.to)},
                                         {"Period", 60},
                                         {"Statistics", Json::array({shown.statistic})}});
  if (!answer) return "-";
  double sum = 0;
  double count = 0;
  for (const Json& point : input::member(*answer, "Datapoints"))
    if (const Json& value = input::member(point, shown.statistic); value.is_number()) {
      sum += value.get<double>();
      count += 1;
    }
  return count > 0 ? fmt::format("{:.3g}", sum / count) : "-";
}

std::string dashboard_text(Fis& fis, const Experiment& experiment, const std::string& name,
                           std::span<const Window> windows) {
  std::string text = fmt::format("\n## Dashboard {}\n\n", name);
  const auto answer =
      fis.cloud.inspect(experiment.place, "cloudwatch", "GetDashboard", {{"DashboardName", name}});
  if (!answer) return text + answer.error().message + "\n";
  const Json body = Json::parse(input::text(*answer, "DashboardBody"), nullptr, false);
  text += "| Metric | Statistic |";
  for (const Window& window : windows) text += fmt::format(" {} |", window.name);
  text += "\n|---|---|---|---|---|\n";
  for (const Shown& shown : metrics_of(body)) {
    std::string metric;
    for (const std::string& word : shown.words) metric += (metric.empty() ? "" : " ") + word;
    text += fmt::format("| {} | {} |", metric, shown.statistic);
    for (const Window& window : windows)
      text += fmt::format(" {} |", value_in(fis, experiment, shown, window));
    text += "\n";
  }
  return text;
}

// ---- The text ---------------------------------------------------------------------------------

std::string report_text(Fis& fis, const Experiment& experiment) {
  const Json& configuration = experiment.spec.report_configuration;
  const SimTime began = experiment.began.value_or(experiment.created);
  const SimTime ended = experiment.ended.value_or(began);
  std::string text = fmt::format(
      "# Experiment {}\n\n{}\n\nTemplate {}, role {}. From {} to {}: {}. {}\n\n"
      "| Action | Id | Began | Ended | State |\n|---|---|---|---|---|\n",
      experiment.id, experiment.spec.description, experiment.template_id, experiment.spec.role,
      moment(began), moment(ended), experiment.status, experiment.reason);
  for (const auto& [name, state] : experiment.actions)
    text +=
        fmt::format("| {} | {} | {} | {} | {} |\n", name, experiment.spec.actions.at(name).row->id,
                    state.began ? moment(*state.began) : "-",
                    state.ended ? moment(*state.ended) : "-", state.status);
  const Window windows[] = {
      {"Before", began - around(configuration, "PreExperimentDuration"), began},
      {"During", began, ended},
      {"After", ended, fis.sim().now()}};
  for (const std::string& name : dashboards_of(configuration))
    text += dashboard_text(fis, experiment, name, windows);
  return text;
}

}  // namespace

Process<> write_report(Fis& fis, Experiment& experiment) {
  if (experiment.report.status != "pending") co_return;
  const Json& configuration = experiment.spec.report_configuration;
  experiment.report.status = "running";
  experiment.report.reason = "Experiment report is being generated.";
  if (!dashboards_of(configuration).empty())
    co_await fis.sim().sleep(around(configuration, "PostExperimentDuration"));
  const std::string bucket = input::text(bucket_of(configuration), "BucketName");
  std::string prefix = input::text(bucket_of(configuration), "Prefix");
  if (!prefix.empty() && !prefix.ends_with('/')) prefix += '/';
  const std::string key = fmt::format("{}{}/experiment-report.md", prefix, experiment.id);
  Json input{{"Bucket", bucket}, {"Key", key}, {"Body", report_text(fis, experiment)}};
  const Caller caller{experiment.place, experiment.spec.role, "fis.amazonaws.com"};
  Process<ApiResult<Json>> call = fis.cloud.call(caller, "s3", "PutObject", std::move(input));
  const ApiResult<Json> answer = co_await call;
  if (answer) {
    experiment.report.arns.push_back(fmt::format("arn:aws:s3:::{}/{}", bucket, key));
    experiment.report.status = "completed";
    experiment.report.reason = "Experiment report was generated.";
  } else {
    experiment.report.status = "failed";
    experiment.report.reason = fmt::format("{}: {}", answer.error().code, answer.error().message);
  }
  fis.cloud.journal().write(
      {.kind = EntryKind::resource,
       .level = Level::story,
       .subject = experiment.name,
       .text = answer
                   ? fmt::format("report of {} written to s3://{}/{}", experiment.id, bucket, key)
                   : fmt::format("no report of {}: {}", experiment.id, experiment.report.reason),
       .source = experiment.source,
       .detail = {{"act", "experiment report"}, {"experiment", experiment.id}}});
}

}  // namespace opsim::fis
