#pragma once
/// The state of Systems Manager in one world.
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/ssm/command.hpp"
#include "models/ssm/document_spec.hpp"
#include "models/ssm/execution.hpp"
#include "models/ssm/script_physics.hpp"
#include "models/ssm/timings.hpp"
#include "opsim/cloud/cloud.hpp"
#include "opsim/text_index.hpp"

namespace opsim::ssm {

struct DocumentVersion {
  std::shared_ptr<const DocumentSpec> spec;
  std::string content;
  std::string format;  // "JSON", "YAML"
  std::string version_name;
  SimTime created{};
};

struct StoredDocument {
  std::string name;
  std::string owner;                      // an account, or "Amazon"
  std::string source;                     // "stack.yaml:34", or ""
  std::vector<DocumentVersion> versions;  // version 1 first
  int default_version = 1;
  std::set<std::string> shared_with = {};  // accounts, or "all"
};

/// The executions of one account and Region that count against one quota.
struct Lane {
  std::size_t most_running = 0;
  std::size_t most_queued = kQueuedExecutions;
  std::size_t running = 0;
  std::deque<std::string> queue;  // pending for lack of a place, first in, first out
  [[nodiscard]] bool is_full() const {
    return running >= most_running && queue.size() >= most_queued;
  }
};

/// Service settings that do something here (service_settings.cpp).
inline constexpr std::string_view kAdaptiveConcurrency =
    "/ssm/automation/enable-adaptive-concurrency";
inline constexpr std::string_view kThrottledRetryLimit =
    "/ssm/automation/throttled-retry-time-limit";
inline constexpr std::string_view kDefaultHostRole =
    "/ssm/managed-instance/default-ec2-instance-management-role";

class Ssm : public Model {
 public:
  explicit Ssm(Cloud& world);

  Cloud& cloud;
  Timings timings;

  std::map<std::pair<Place, std::string>, StoredDocument, std::less<>> documents;
  std::map<std::string, ScriptPhysics, std::less<>> scripts;  // by "CleanUp/clean" or "CleanUp"

  std::map<std::string, std::unique_ptr<Execution>, std::less<>> executions;
  std::map<std::pair<Place, bool>, Lane> lanes;  // true: of executions with targets
  std::deque<std::string> ended_executions;      // oldest first
  std::uint64_t started_executions = 0;
  std::map<std::string, std::string> client_tokens;  // token -> execution

  std::map<std::string, std::unique_ptr<Command>, std::less<>> commands;
  std::deque<std::string> ended_commands;
  TextIndex<std::string> platforms;  // of instances, which never change
  TextIndex<bool> managed;           // instances that were found to have a role
  std::map<std::pair<Place, std::string>, std::string> settings;  // those that were written
  std::set<std::string> with_alarms;  // executions and commands that an alarm may stop

  [[nodiscard]] Simulation& sim() { return cloud.sim(); }
  /// A document of a place, or one of AWS's own; null when neither has the name. `name` may be an
  /// ARN.
  [[nodiscard]] const StoredDocument* find_document(const Place& place, std::string_view name);
  /// Physics for "CleanUp/clean", else for "CleanUp"; null when neither is given.
  [[nodiscard]] ScriptPhysics* script(std::string_view document, std::string_view step);
  [[nodiscard]] Lane& lane(const Place& place, bool with_targets);
  [[nodiscard]] std::string setting(const Place& place, std::string_view id) const;
  [[nodiscard]] Execution* find_execution(std::string_view id);
  [[nodiscard]] Command* find_command(std::string_view id);
  /// Forgets the oldest of what has ended, beyond what is kept.
  void forget_old();
};

/// "$DEFAULT", "$LATEST", "3", or "" for the default; null when there is no such version.
[[nodiscard]] const DocumentVersion* find_version(const StoredDocument& document,
                                                  std::string_view version, int& number);

/// The answer for a name that is no document here: with the nearest one that is.
[[nodiscard]] ApiError unknown_document(Ssm& ssm, const Place& place, std::string_view name,
                                        std::string_view code);

/// AWS's own documents that are simulated.
[[nodiscard]] const StoredDocument* find_aws_document(std::string_view name);
[[nodiscard]] std::vector<std::string> aws_document_names();  // sorted

}  // namespace opsim::ssm
