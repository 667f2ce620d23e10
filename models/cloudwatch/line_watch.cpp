#include "models/cloudwatch/line_watch.hpp"

#include <fmt/format.h>

#include "models/cloudwatch/alarm_record.hpp"
#include "opsim/cloud/cloud.hpp"

namespace opsim::cloudwatch {
namespace {

constexpr std::size_t kSamplesAhead = 64;  // noisy samples looked at in one go
constexpr Duration kNever = std::chrono::days{36'500};

/// Whether one sample says something of the statistic: not of sums and counts.
bool shows_in_samples(const Statistic& statistic) {
  switch (statistic.kind) {
    case StatisticKind::average:
    case StatisticKind::minimum:
    case StatisticKind::maximum:
    case StatisticKind::percentile:
    case StatisticKind::trimmed_mean:
    case StatisticKind::winsorized_mean: return true;
    default: return false;
  }
}

/// A response time is the time of many requests: that one of them took long says nothing of their
/// average, nor of a percentile.
bool is_of_many(const AlarmSpec& spec) {
  const bool extreme = spec.statistic.kind == StatisticKind::minimum ||
                       spec.statistic.kind == StatisticKind::maximum;
  return !extreme && (spec.metric_name == "Latency" || spec.metric_name == "TargetResponseTime");
}

/// What the metric is of: the first dimension that names a resource, else the alarm.
std::string subject_of(Cloud& cloud, const AlarmSpec& spec) {
  for (const auto& [name, value] : spec.dimensions) {
    if (cloud.resources().find(value) != nullptr)
      return std::string{cloud.resources().name_of(value)};
  }
  return spec.name;
}

}  // namespace

LineWatch::LineWatch(Cloud& cloud, SeriesId series) : cloud_{cloud}, series_{series} {
  due_.watch = this;
  due_.run = [](Callback& self, Simulation&) { static_cast<Due&>(self).watch->on_due(); };
}

LineWatch::~LineWatch() { cloud_.sim().cancel(ticket_); }

void LineWatch::look(const AlarmSpec& spec) {
  Simulation& sim = cloud_.sim();
  spec_ = &spec;
  sim.cancel(ticket_);
  if (crossed_ || !cloud_.journal().keeps(Level::story)) return;
  if (spec.program || !shows_in_samples(spec.statistic) || !spec.not_simulated.empty()) return;
  if (is_of_many(spec) || spec.logs || spec.promql) return;
  const WatchedStatistic watched{series_, spec.statistic, spec.window.period, spec.rule.threshold,
                                 spec.unit};
  SimTime from = sim.now();
  const SimTime until = from + kNever;
  const auto sample = cloud_.metrics().first_breaching_sample(watched, from, until, kSamplesAhead);
  if (sample) ticket_ = sim.at(sample->time, due_);
  if (!sample && from < until) ticket_ = sim.at(from, due_);
}

void LineWatch::on_due() {
  const WatchedStatistic watched{series_, spec_->statistic, spec_->window.period,
                                 spec_->rule.threshold, spec_->unit};
  SimTime now = cloud_.sim().now();
  const auto sample = cloud_.metrics().first_breaching_sample(watched, now, now + Duration{1}, 1);
  if (!sample) return look(*spec_);
  write(*spec_, sample->value, sample->cause);
}

void LineWatch::put(const AlarmSpec& spec, const Summary& data) {
  if (crossed_ || !cloud_.journal().keeps(Level::story) || !shows_in_samples(spec.statistic))
    return;
  if (spec.program) return;  // a sample of an input says nothing of the result
  const Threshold& threshold = spec.rule.threshold;
  for (const double value : {data.highest, data.lowest}) {
    if (threshold.breached_by(value)) return write(spec, value, cloud_.sim().cause());
  }
}

void LineWatch::write(const AlarmSpec& spec, double value, CauseId cause) {
  const double limit = spec.rule.threshold.value;
  crossed_ = cloud_.journal().write(
      {.cause = cause,
       .kind = EntryKind::metric,
       .level = Level::story,
       .subject = subject_of(cloud_, spec),
       .text = fmt::format("{} {} (limit {})", spec.metric_name, short_number(value),
                           short_number(limit)),
       .detail = {{"alarm", spec.name}, {"value", value}, {"limit", limit}}});
}

}  // namespace opsim::cloudwatch
