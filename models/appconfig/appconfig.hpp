#pragma once
/// Configurations, such as feature flags, that reach clients bit by bit.
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "models/appconfig/strategy.hpp"
#include "opsim/cloud/cloud.hpp"
#include "opsim/kernel/process.hpp"
#include "opsim/kernel/signal.hpp"

namespace opsim::appconfig {

struct Profile {
  std::string id;
  std::string name;
  std::string type;                              // "AWS.AppConfig.FeatureFlags", "AWS.Freeform"
  std::map<std::int64_t, std::string> versions;  // hosted content
};

struct Environment {
  std::string id;
  std::string name;
  std::vector<std::string> alarms;        // ARNs of its monitors
  std::map<std::string, std::string> at;  // profile to the version that all clients have
  std::int64_t deployments = 0;           // the last number
  std::string source;
};

struct Application {
  std::string id;
  std::string name;
  Place place;
  std::map<std::string, Profile> profiles;
  std::map<std::string, Environment> environments;
};

struct DeploymentEvent {
  SimTime at{};
  std::string type;  // "PERCENTAGE_UPDATED"
  std::string triggered_by;
  std::string description;
};

struct Deployment {
  std::string application;
  std::string environment;
  std::string profile;
  std::int64_t number = 0;
  std::string version;
  std::string before;  // what clients had
  Strategy strategy;
  std::string description;
  std::string state = "DEPLOYING";
  double percentage = 0;
  SimTime started{};
  std::optional<SimTime> completed;
  std::vector<DeploymentEvent> events;
  bool stopping = false;
  std::string stopped_by;  // "CLOUDWATCH_ALARM", "USER"
  Signal changed;

  explicit Deployment(Simulation& sim) : changed{sim} {}
  [[nodiscard]] bool is_over() const {
    return state == "COMPLETE" || state == "ROLLED_BACK" || state == "REVERTED";
  }
};

class AppConfig : public Model {
 public:
  explicit AppConfig(Cloud& in) : cloud{in} {}

  Cloud& cloud;
  std::map<std::string, Application> applications;  // by id
  std::map<std::string, Strategy> strategies;       // by id
  std::map<std::tuple<std::string, std::string, std::int64_t>, std::unique_ptr<Deployment>>
      deployments;  // by application, environment, number

  [[nodiscard]] Simulation& sim() { return cloud.sim(); }
  [[nodiscard]] Application* find(const Place& place, std::string_view id_or_name);
  [[nodiscard]] Environment* environment_of(const Deployment& deployment);
  /// The running deployment of an environment, or null.
  [[nodiscard]] Deployment* running(const std::string& application, const std::string& environment);
  /// A monitor that goes to ALARM rolls the deployment of its environment back.
  void on_event(const Event& event);
};

// ---- deployment.cpp ----

Deployment& start_deployment(AppConfig& appconfig, Application& application,
                             Environment& environment, const Profile& profile, std::string version,
                             const Strategy& strategy, std::string description);
void stop_deployment(AppConfig& appconfig, Deployment& deployment, std::string by);
/// StopDeployment with AllowRevert, up to 72 hours after completion.
void revert(AppConfig& appconfig, Deployment& deployment);
/// Which share of the clients has `version` of a profile now, in per cent.
[[nodiscard]] double exposure(AppConfig& appconfig, const std::string& application,
                              const Environment& environment, const std::string& profile,
                              const std::string& version);
[[nodiscard]] Json deployment_json(const Deployment& deployment);

}  // namespace opsim::appconfig
