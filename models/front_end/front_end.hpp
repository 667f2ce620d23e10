#pragma once
/// What runs in the browsers of users: sessions go through steps, and a step may break there while
/// every server answers 200. Nobody of AWS sees that but CloudWatch RUM and Synthetics.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "opsim/cloud/cloud.hpp"
#include "opsim/kernel/distribution.hpp"

namespace opsim::front_end {

struct Step {
  std::string name;
  std::string calls;   // the component of the workload that answers it, or ""
  Distribution takes;  // until it is done, in the browser
};

/// A step that breaks in a share of the sessions.
struct Trouble {
  std::size_t number = 0;
  std::string step;
  double share = 1;
};

struct FrontEnd {
  std::string name;
  std::string domain;
  std::string source;         // "scenario.yaml:12"
  std::string users_of;       // the component whose requests its sessions make ...
  double requests_each = 10;  // ... so many of them: an estimate
  double stray = 0;           // share of sessions with an error that harms nobody
  double objective = 0.01;    // share of sessions that may break
  std::vector<Step> steps;    // in the order in which sessions go through them
  std::vector<Trouble> troubles;
  CauseId cause = CauseId::none;  // of what breaks, or of its repair

  // Counted up to the last look.
  double requests = 0;  // of the component
  double sessions = 0;
  double broken = 0;
  double seen = 0;  // broken ones of which somebody has a record
};

/// The share of the sessions that break at a step; at any step.
[[nodiscard]] double breaks_at(const FrontEnd& front, std::string_view step);
[[nodiscard]] double breaks(const FrontEnd& front);

class FrontEnds : public Model {
 public:
  explicit FrontEnds(Cloud& world) : cloud{world} {}

  Cloud& cloud;
  std::map<std::string, FrontEnd, std::less<>> all;  // by name
  std::size_t troubles_made = 0;

  [[nodiscard]] FrontEnd* find(std::string_view name);
  /// Counts sessions up to now.
  void count(FrontEnd& front);
  void break_step(FrontEnd& front, Trouble trouble, std::optional<Duration> lasting);
  /// All that is broken is put right.
  void repair(FrontEnd& front);

 private:
  void end(FrontEnd& front, std::size_t number);
  void changed(FrontEnd& front, double before);
};

// front_end_spec.cpp
extern const Shape kFrontEndsShape, kBreakShape;
void read_front_ends(FrontEnds& ends, const Node& section);
void begin_break(Model& model, const FaultRequest& request);

}  // namespace opsim::front_end
