// What alarms say of their states.
// AWS: CloudWatch User Guide, "Alarm events and EventBridge" (cloudwatch-and-eventbridge), "Alarm
// actions" (examples of reasons and of reasonData); answers recorded on AWS.
#include "models/cloudwatch/alarm_record.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "opsim/document/json_line.hpp"

namespace opsim::cloudwatch {
namespace {

constexpr std::size_t kListed = 5;  // datapoints that a reason names one by one

std::string counted(std::size_t n, std::string_view what) {
  return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s");
}

std::string_view was(std::size_t n) { return n == 1 ? "was" : "were"; }

/// "(02/03/26 11:51:00)": day, month, year.
std::string point_time(SimTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{std::chrono::floor<std::chrono::seconds>(time - day)};
  std::string text = "00/00/00 00:00:00";
  const auto put = [&text](std::size_t at, std::int64_t number) {
    text[at] = static_cast<char>('0' + number / 10 % 10);
    text[at + 1] = static_cast<char>('0' + number % 10);
  };
  put(0, unsigned{date.day()});
  put(3, unsigned{date.month()});
  put(6, static_cast<int>(date.year()) % 100);
  put(9, clock.hours().count());
  put(12, clock.minutes().count());
  put(15, clock.seconds().count());
  return text;
}

/// The real datapoints on one side of the threshold, newest first: "99.5 (02/10/19 16:59:00)".
std::vector<std::string> listed(const StateRecord& record, bool breaching) {
  std::vector<std::string> texts;
  for (const AlarmPoint& point : record.evaluation.points) {
    if (!point.value || point.breaching != breaching) continue;
    std::string& text = texts.emplace_back(alarm_number(*point.value));
    text.append(" (").append(point_time(point.start)).append(")");
  }
  return texts;
}

std::string missing_reason(const StateRecord& record) {
  const Verdict& verdict = record.evaluation.verdict;
  const std::uint32_t periods = record.spec->rule.evaluation_periods;
  const bool breaching = record.spec->rule.treatment == Treatment::breaching;
  const std::string received =
      verdict.real == 0
          ? "no datapoints were"
          : fmt::format("{} {}", counted(verdict.real, "datapoint"), was(verdict.real));
  return fmt::format("Threshold Crossed: {} received for {} and {} {} treated as [{}].", received,
                     counted(periods, "period"), counted(verdict.filled, "missing datapoint"),
                     was(verdict.filled), breaching ? "Breaching" : "NonBreaching");
}

/// Two wordings: with DatapointsToAlarm "1 out of the last 1 datapoints [..] was ... (minimum
/// ...)", without it "1 datapoint [..] was ...".
std::string threshold_reason(const StateRecord& record) {
  const AlarmRule& rule = record.spec->rule;
  const bool alarm = record.state == AlarmState::alarm;
  std::vector<std::string> points = listed(record, alarm);
  const std::size_t n = points.size();
  const bool many = n >= kListed;
  if (n > kListed) points.resize(kListed);
  const bool m_of_n = record.spec->gave_datapoints_to_alarm;

  const std::string list = fmt::format("[{}]", fmt::join(points, ", "));
  const std::string subject =
      m_of_n ? fmt::format("{} out of the last {} {}", n, rule.evaluation_periods,
                           record.spec->logs ? "query results" : "datapoints")
             : counted(n, "datapoint");
  std::string text =
      fmt::format("Threshold Crossed: {}{} {} {}{} the threshold ({})", subject,
                  many ? "" : fmt::format(" {}", list), was(n), alarm ? "" : "not ",
                  comparison_words(rule.threshold.comparison), alarm_number(rule.threshold.value));
  if (many) {
    text += fmt::format(". The most recent datapoints which {} the threshold: {}",
                        alarm ? "crossed" : "did not cross", list);
  }
  if (m_of_n) {
    const std::uint32_t least =
        alarm ? rule.datapoints_to_alarm : rule.evaluation_periods - rule.datapoints_to_alarm + 1;
    text += fmt::format(" (minimum {} for {} transition)", counted(least, "datapoint"),
                        alarm ? "OK -> ALARM" : "ALARM -> OK");
  }
  return text + ".";
}

/// The limits of the datapoints on one side, newest first: "[0.0206, 0.021]".
std::string limits(const StateRecord& record, std::optional<double> AlarmPoint::*limit) {
  const bool breaching = record.state == AlarmState::alarm;
  std::vector<std::string> texts;
  for (const AlarmPoint& point : record.evaluation.points) {
    if (!point.value || point.breaching != breaching || texts.size() == kListed) continue;
    texts.push_back(alarm_number((point.*limit).value_or(0)));
  }
  return fmt::format("[{}]", fmt::join(texts, ", "));
}

/// "Thresholds Crossed: 1 out of the last 1 datapoints [0.0 (03/10/19 15:58:00)] was less than the
/// lower thresholds [0.02] or greater than the upper thresholds [0.3] (minimum 1 datapoint for OK
/// -> ALARM transition)." (cloudwatch-and-eventbridge)
std::string band_reason(const StateRecord& record) {
  const AlarmRule& rule = record.spec->rule;
  const bool alarm = record.state == AlarmState::alarm;
  std::vector<std::string> points = listed(record, alarm);
  const std::size_t n = points.size();
  if (n > kListed) points.resize(kListed);
  const BandSide side = record.spec->band_side;
  const std::string_view negation = alarm ? "" : "not ";
  std::string sides;
  if (side != BandSide::above) {
    sides = fmt::format("{}less than the lower thresholds {}", negation,
                        limits(record, &AlarmPoint::lower));
  }
  if (side != BandSide::below) {
    sides += fmt::format("{}{}greater than the upper thresholds {}", sides.empty() ? "" : " or ",
                         negation, limits(record, &AlarmPoint::upper));
  }
  const std::uint32_t least =
      alarm ? rule.datapoints_to_alarm : rule.evaluation_periods - rule.datapoints_to_alarm + 1;
  return fmt::format(
      "Thresholds Crossed: {} out of the last {} datapoints [{}] {} {} (minimum {} for {} "
      "transition).",
      n, rule.evaluation_periods, fmt::join(points, ", "), was(n), sides,
      counted(least, "datapoint"), alarm ? "OK -> ALARM" : "ALARM -> OK");
}

/// What reasonData has in place of the threshold.
std::string thresholds_data(const StateRecord& record) {
  if (record.spec->band_side == BandSide::none) {
    return fmt::format(R"("threshold":{})", alarm_number(record.spec->rule.threshold.value));
  }
  std::vector<std::string> lower;
  std::vector<std::string> upper;
  for (const AlarmPoint& point : record.evaluation.points) {
    if (!point.value) continue;
    lower.insert(lower.begin(), alarm_number(point.lower.value_or(0)));
    upper.insert(upper.begin(), alarm_number(point.upper.value_or(0)));
  }
  return fmt::format(R"("recentLowerThresholds":[{}],"recentUpperThresholds":[{}])",
                     fmt::join(lower, ","), fmt::join(upper, ","));
}

/// {"version", "queryDate", "threshold", "queryResultsToEvaluate", "queryResultsToAlarm",
/// "results": [{"queryResultId", "status", "timestamp", "value"}]} (alarm-log).
std::string log_reason_data(const StateRecord& record) {
  const AlarmRule& rule = record.spec->rule;
  std::string text = fmt::format(
      R"({{"version":"1.0","queryDate":"{}","threshold":{},"queryResultsToEvaluate":{},)"
      R"("queryResultsToAlarm":{},"results":[)",
      alarm_time(record.updated), alarm_number(rule.threshold.value), rule.evaluation_periods,
      rule.datapoints_to_alarm);
  for (std::size_t i = 0; i < record.results.size(); ++i) {
    const AlarmPoint& point = record.evaluation.points[i];
    if (i > 0) text += ',';
    text += fmt::format(R"({{"queryResultId":"{}","status":"COMPLETE","timestamp":"{}")",
                        record.results[i], alarm_time(point.start));
    if (point.value) text.append(R"(,"value":)").append(alarm_number(*point.value));
    text += '}';
  }
  return text += "]}";
}

/// Whether missing datapoints, not the threshold, are what the reason tells of.
bool tells_of_missing(const StateRecord& record) {
  const Verdict& verdict = record.evaluation.verdict;
  const Treatment treatment = record.spec->rule.treatment;
  if (verdict.filled == 0) return false;
  return treatment == Treatment::breaching || treatment == Treatment::not_breaching;
}

}  // namespace

std::string StateRecord::reason() const {
  if (how == How::created) return "Unchecked: Initial alarm creation";
  if (how == How::set || spec->has_contributors || !trouble.empty()) return said;
  if (state == AlarmState::insufficient_data) {
    const std::uint32_t periods = spec->rule.evaluation_periods;
    return fmt::format("Insufficient Data: {} {} unknown.", counted(periods, "datapoint"),
                       was(periods));
  }
  if (tells_of_missing(*this)) return missing_reason(*this);
  return spec->band_side == BandSide::none ? threshold_reason(*this) : band_reason(*this);
}

// Members in the order in which AWS writes them; datapoints oldest first, evaluatedDatapoints
// newest first. Each transition of an alarm tells two of them: they are written piece by piece.
std::string StateRecord::reason_data() const {
  if (how == How::created) return "";
  if (how == How::set) return said_data;
  if (spec->has_contributors) {  // as observed on AWS, with its blanks
    return fmt::format(R"({{"version": "1.0", "queryDate": "{}"}})", alarm_time(updated));
  }
  if (spec->logs) return log_reason_data(*this);
  std::string text;
  text.reserve(512);
  const auto member = [&text](std::string_view name, std::string_view value) {
    text.append("\"").append(name).append("\":\"").append(value).append("\"");
  };
  std::string values;
  text += R"({"version":"1.0",)";
  member("queryDate", alarm_time(updated));
  for (auto point = evaluation.points.rbegin(); point != evaluation.points.rend(); ++point) {
    if (!point->value) continue;
    if (values.empty()) {
      text += ',';
      member("startDate", alarm_time(point->start));
    } else {
      values += ',';
    }
    values += alarm_number(*point->value);
  }
  if (!spec->unit.empty()) {
    text += ',';
    member("unit", spec->unit);
  }
  if (!spec->program) {
    text += ',';
    member("statistic", spec->statistic.text);
  }
  const auto period = std::chrono::floor<std::chrono::seconds>(spec->window.period).count();
  text.append(R"(,"period":)").append(std::to_string(period));
  text.append(R"(,"recentDatapoints":[)").append(values).append("],");
  text.append(thresholds_data(*this)).append(R"(,"evaluatedDatapoints":[)");
  for (const AlarmPoint& point : evaluation.points) {
    text += text.back() == '[' ? "{" : ",{";
    member("timestamp", alarm_time(point.start));
    if (point.value && !spec->program)
      text.append(R"(,"sampleCount":)").append(alarm_number(point.samples));
    if (point.value) text.append(R"(,"value":)").append(alarm_number(*point.value));
    text += '}';
  }
  return text += "]}";
}

std::string StateRecord::story() const {
  if (how == How::created) return "created";
  if (how == How::set) return fmt::format("set by hand: {}", said);
  if (!spec->has_contributors && trouble.empty()) return datapoints_story();
  return said.ends_with('.') ? said.substr(0, said.size() - 1) : said;
}

std::string StateRecord::datapoints_story() const {
  const AlarmRule& rule = spec->rule;
  const Verdict& verdict = evaluation.verdict;
  const std::string periods = counted(rule.evaluation_periods, "period");
  if (verdict.real == 0) {
    if (state == AlarmState::insufficient_data) return fmt::format("no data for {}", periods);
    return fmt::format("no data for {}, treated as {}", periods, to_string(rule.treatment));
  }
  std::vector<std::string> values;
  for (const AlarmPoint& point : evaluation.points) {
    if (point.value) values.insert(values.begin(), short_number(*point.value));
  }
  if (values.size() > kListed) values.erase(values.begin(), values.end() - kListed);
  std::string text = fmt::format("{} of {} {} ({})", verdict.breaching,
                                 counted(rule.evaluation_periods, "datapoint"), limit_words(*spec),
                                 fmt::join(values, ", "));
  if (verdict.filled > 0) text += fmt::format("; {} missing", verdict.filled);
  return text;
}

Json StateRecord::to_json() const {
  Json json =
      json_object("reason", reason(), "timestamp", alarm_time(updated), "value", to_string(state));
  // "Multi-time series alarms provide a simplified state reason, without reason data."
  const bool simple = how == How::evaluated && spec->has_contributors;
  if (std::string data = simple ? "" : reason_data(); !data.empty()) {
    json["reasonData"] = std::move(data);
  }
  if (partial) json["evaluationState"] = "PARTIAL_DATA";
  if (!trouble.empty()) json["evaluationState"] = trouble;
  return json;
}

std::string contributor_reason(const AlarmSpec& spec, bool alarm,
                               const std::vector<AlarmPoint>& points) {
  const AlarmPoint* newest = nullptr;
  std::size_t count = 0;
  for (const AlarmPoint& point : points) {
    if (!point.value || point.breaching != alarm) continue;
    if (newest == nullptr) newest = &point;
    ++count;
  }
  if (newest == nullptr) {  // only missing datapoints decided
    return fmt::format("Threshold Crossed: no datapoints were received for {}.",
                       counted(spec.rule.evaluation_periods, "period"));
  }
  const Threshold& threshold = spec.rule.threshold;
  return fmt::format(
      "Threshold Crossed: {} {} {}{} the threshold ({}). The most recent {} which {} the "
      "threshold: [{} ({})].",
      counted(count, "datapoint"), was(count), alarm ? "" : "not ",
      comparison_words(threshold.comparison), alarm_number(threshold.value),
      count == 1 ? "datapoint" : "datapoints", alarm ? "crossed" : "did not cross",
      alarm_number(*newest->value), point_time(newest->start));
}

std::string alarm_time(SimTime time) {
  const auto millis = std::chrono::floor<std::chrono::milliseconds>(time);
  std::string text = iso8601(millis);
  text.pop_back();
  if (std::chrono::floor<std::chrono::seconds>(millis) == millis) text += ".000";
  return text + "+0000";
}

// Java's Double.toString: digits around the point from 1e-3 up to 1e7, else d.dddEnn.
std::string alarm_number(double value) {
  if (value == 0) return "0.0";
  const double size = std::abs(value);
  if (size >= 1e-3 && size < 1e7) {
    std::array<char, 32> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value,
                                   std::chars_format::fixed);
    std::string plain{digits.data(), end.ptr};
    if (plain.find('.') == plain.npos) plain += ".0";
    return plain;
  }
  std::string digits = fmt::format("{:e}", value);  // only for the exponent
  const int exponent = std::stoi(digits.substr(digits.find('e') + 1));
  std::string mantissa = fmt::format("{}", value / std::pow(10.0, exponent));
  if (mantissa.find('.') == mantissa.npos) mantissa += ".0";
  return fmt::format("{}E{}", mantissa, exponent);
}

std::string short_number(double value) {
  if (std::abs(value) >= 1e15) return fmt::format("{:g}", value);
  std::string text = std::abs(value) < 1 && value != 0 ? fmt::format("{:.2g}", value)
                                                       : fmt::format("{:.1f}", value);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text;
}

std::string limit_words(const AlarmSpec& spec) {
  switch (spec.band_side) {
    case BandSide::none: return limit_words(spec.rule.threshold);
    case BandSide::above: return "above the expected band";
    case BandSide::below: return "below the expected band";
    default: return "outside the expected band";
  }
}

std::string limit_words(const Threshold& threshold) {
  constexpr std::string_view kWords[] = {"at or above", "above", "below", "at or below"};
  return fmt::format("{} {}", kWords[static_cast<std::size_t>(threshold.comparison)],
                     short_number(threshold.value));
}

}  // namespace opsim::cloudwatch
