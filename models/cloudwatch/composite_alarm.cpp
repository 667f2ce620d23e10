// A composite alarm.
// AWS: CloudWatch User Guide, "Combining alarms" (alarm-combining), "Alarm suppression"; API
// PutCompositeAlarm, SetAlarmState. Reasons: as in the guide's events.
// "If CloudWatch detects a cycle in the evaluation path, evaluation stops" (PutCompositeAlarm).
#include "models/cloudwatch/composite_alarm.hpp"

#include <fmt/format.h>

#include "models/cloudwatch/alarm_event.hpp"
#include "models/cloudwatch/cloudwatch.hpp"
#include "models/cloudwatch/composite_actions.hpp"

namespace opsim::cloudwatch {
namespace {

CloudWatch& cloudwatch_of(Cloud& cloud) {
  return *static_cast<CloudWatch*>(cloud.model("cloudwatch"));
}

/// "Friday 22 July, 2022 15:57:45 UTC"
std::string spoken_time(SimTime time) {
  constexpr std::string_view kDays[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                        "Thursday", "Friday", "Saturday"};
  constexpr std::string_view kMonths[] = {"January",   "February", "March",    "April",
                                          "May",       "June",     "July",     "August",
                                          "September", "October",  "November", "December"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{std::chrono::floor<std::chrono::seconds>(time - day)};
  return fmt::format("{} {:02} {}, {} {:02}:{:02}:{:02} UTC",
                     kDays[std::chrono::weekday{day}.c_encoding()], unsigned{date.day()},
                     kMonths[unsigned{date.month()} - 1], static_cast<int>(date.year()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

/// {"triggeringAlarms":[{"arn":...,"state":{"value":...,"timestamp":...}}]}
std::string triggering(const std::vector<std::string>& alarms, const CompositeBook& book,
                       const Place& place) {
  Json list = Json::array();
  for (const std::string& written : alarms) {
    const ChildState child = book.state_of(place, written);
    list.push_back(
        {{"arn", child.arn},
         {"state", {{"value", to_string(child.state)}, {"timestamp", alarm_time(child.since)}}}});
  }
  return Json{{"triggeringAlarms", std::move(list)}}.dump();
}

}  // namespace

Json CompositeState::to_json() const {
  Json json{{"value", to_string(state)}, {"reason", reason}, {"timestamp", alarm_time(updated)}};
  if (!reason_data.empty()) json["reasonData"] = reason_data;
  if (suppressed_by == SuppressedBy::nothing) return json;
  json["actionsSuppressedBy"] = to_string(suppressed_by);
  json["actionsSuppressedReason"] =
      fmt::format("Actions suppressed by {}", to_string(suppressed_by));
  return json;
}

CompositeAlarm::CompositeAlarm(Cloud& cloud, CompositeSpec spec, News first)
    : cloud_{cloud},
      spec_{std::move(spec)},
      ran_from_{AlarmState::insufficient_data},
      configured_{cloud.sim().now()},
      suppression_{cloud.sim(), [this] { run_actions(); }},
      news_{first} {
  state_.updated = state_.transitioned = configured_;
  configure_suppression();
  look_ = cloud_.sim().at(configured_, [this] { look(); });
}

CompositeAlarm::~CompositeAlarm() { cloud_.sim().cancel(look_); }

bool CompositeAlarm::suppressor_in_alarm() const {
  if (spec_.suppressor.empty()) return false;
  const CompositeBook& book = cloudwatch_of(cloud_).composites;
  return book.state_of(spec_.place, spec_.suppressor).state == AlarmState::alarm;
}

void CompositeAlarm::configure_suppression() {
  std::optional<Suppression::Periods> periods;
  if (!spec_.suppressor.empty()) periods = Suppression::Periods{spec_.wait, spec_.extension};
  suppression_.configure(periods, suppressor_in_alarm());
}

// ---- Handlers ----

void CompositeAlarm::look_later(const std::string& child, News news) {
  if (spec_.depends_on(child)) {
    changed_ = child;
    rule_due_ = true;
  }
  Simulation& sim = cloud_.sim();
  if (sim.pending(look_)) {
    if (news == News::yes) news_ = News::yes;
    if (news == News::no) return;
    sim.cancel(look_);
  } else {
    news_ = news;
  }
  look_ = sim.at(sim.now(), [this] { look(); });
}

/// The suppressor first: where it changes in the same instant as a child, it suppresses already.
void CompositeAlarm::look() {
  suppression_.suppressor_changed(suppressor_in_alarm());
  if (!std::exchange(rule_due_, false)) return;
  const CompositeBook& book = cloudwatch_of(cloud_).composites;
  if (!book.in_cycle(spec_.place, spec_.name)) return evaluate();
  cloud_.journal().write(
      {.kind = EntryKind::note,
       .level = Level::story,
       .subject = spec_.name,
       .text = fmt::format("{} is not evaluated: its rule depends on itself", spec_.name)});
}

void CompositeAlarm::evaluate() {
  const CompositeBook& book = cloudwatch_of(cloud_).composites;
  const auto state_of = [&](std::string_view written) {
    return book.state_of(spec_.place, written).state;
  };
  const bool holds = spec_.rule.holds(state_of);
  const AlarmState next = holds ? AlarmState::alarm : AlarmState::ok;
  if (next == state_.state) return;
  CompositeState record{.state = next,
                        .updated = cloud_.sim().now(),
                        .transitioned = cloud_.sim().now(),
                        .reason = why(next)};
  record.reason_data = triggering(spec_.rule.alarms_that(holds, state_of), book, spec_.place);
  transition_to(std::move(record), news_);
}

std::string CompositeAlarm::why(AlarmState next) const {
  if (changed_.empty()) {
    return fmt::format("{} was {} and its alarm rule evaluates to {}", spec_.arn(),
                       evaluated_ ? "updated" : "created", to_string(next));
  }
  const ChildState child = cloudwatch_of(cloud_).composites.state_of(spec_.place, changed_);
  return fmt::format("{} transitioned to {} at {}", child.arn, to_string(child.state),
                     spoken_time(child.since));
}

/// What a timeline says: "disk is ALARM: ALARM(disk) AND ALARM(memory)".
std::string CompositeAlarm::story() const {
  if (state_.set) return fmt::format("set by hand: {}", state_.reason);
  if (changed_.empty()) return fmt::format("its rule says so: {}", spec_.rule.text());
  const ChildState child = cloudwatch_of(cloud_).composites.state_of(spec_.place, changed_);
  return fmt::format("{} is {}: {}", changed_, to_string(child.state), spec_.rule.text());
}

// ---- Transition: the only place that assigns state_. ----

void CompositeAlarm::transition_to(CompositeState next, News news) {
  const CompositeState previous = std::exchange(state_, std::move(next));
  evaluated_ = true;
  CompositeBook& book = cloudwatch_of(cloud_).composites;
  const bool told = news == News::yes;
  const CauseScope because{
      cloud_.sim(),
      cloud_.journal().write({.kind = EntryKind::alarm,
                              .level = told ? Level::goals : Level::everything,
                              .subject = spec_.name,
                              .text = story(),
                              .source = std::string{cloud_.resources().source_of(spec_.name)},
                              .detail = {{"state", to_string(state_.state)},
                                         {"previous", to_string(previous.state)}}})};
  if (told) {
    ran_from_ = previous.state;
    suppression_.composite_changed();
    state_.suppressed_by = suppression_.by();
    emit_state_change(cloud_, *this, previous);
  }
  remember_transition(*this, previous, cloud_.sim().now());
  book.child_changed(spec_.place, spec_.name, news);
}

void CompositeAlarm::run_actions() {
  state_.suppressed_by = SuppressedBy::nothing;
  if (spec_.actions_enabled) run_composite_actions(cloud_, *this, ran_from_);
}

// ---- Requests ----

void CompositeAlarm::update(CompositeSpec spec) {
  const bool other = spec.suppressor != spec_.suppressor || spec.wait != spec_.wait ||
                     spec.extension != spec_.extension;
  spec_ = std::move(spec);
  configured_ = cloud_.sim().now();
  if (other) configure_suppression();
  changed_.clear();
  cloud_.sim().cancel(look_);
  news_ = News::yes;
  rule_due_ = true;
  look_ = cloud_.sim().at(configured_, [this] { look(); });
}

void CompositeAlarm::set_state(AlarmState state, std::string reason, std::string reason_data) {
  CompositeState next{.state = state,
                      .updated = cloud_.sim().now(),
                      .transitioned = cloud_.sim().now(),
                      .reason = std::move(reason),
                      .reason_data = std::move(reason_data),
                      .set = true};
  if (state == state_.state) {
    next.transitioned = state_.transitioned;
    next.suppressed_by = state_.suppressed_by;
    state_ = std::move(next);
    return;
  }
  changed_.clear();
  transition_to(std::move(next), News::yes);
}

}  // namespace opsim::cloudwatch
