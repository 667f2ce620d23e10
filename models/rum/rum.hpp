#pragma once
/// CloudWatch RUM: app monitors over all accounts and Regions.
/// AWS: CloudWatch User Guide, "CloudWatch RUM"; CloudWatch RUM API Reference.
#include <map>
#include <string>
#include <utility>

#include "opsim/cloud/cloud.hpp"

namespace opsim::rum {

struct AppMonitor {
  std::string name;
  std::string id;
  std::string domain;
  Place place;
  double sample_rate = 0.1;  // API, SessionSampleRate: "If you omit this parameter, the default of
                             // 0.1 is used"
  bool errors = false;       // Telemetries
  bool performance = false;
  Json configuration = Json::object();
  SimTime created{};
  double sessions_before = 0;  // of the front end, at the last look
  double broken_before = 0;
  double events = 0;  // ingested so far
};

class Rum : public Model {
 public:
  explicit Rum(Cloud& world) : cloud{world} {}

  Cloud& cloud;
  std::map<std::pair<Place, std::string>, AppMonitor> monitors;  // by name
};

// ---- collecting.cpp ----------------------------------------------------------------------------
void begin_collecting(Rum& rum, AppMonitor& monitor);
/// A number of events whose mean is known, each by itself: Poisson.
[[nodiscard]] double draw_count(Stream& luck, double mean);

// ---- operations.cpp ----------------------------------------------------------------------------
ApiResult<Json> create_app_monitor(Rum& rum, const Request& request);
ApiResult<Json> delete_app_monitor(Rum& rum, const Request& request);
ApiResult<Json> get_app_monitor(Rum& rum, const Request& request);
ApiResult<Json> list_app_monitors(Rum& rum, const Request& request);
ApiResult<Created> make_app_monitor(Rum& rum, const ResourceRequest& request);

}  // namespace opsim::rum
