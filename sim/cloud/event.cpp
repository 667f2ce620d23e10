#include "opsim/cloud/event.hpp"

namespace opsim {

// EventBridge User Guide: events structure (version is "0"; time is UTC to the second).
Json Event::to_json() const {
  return Json{{"version", "0"},
              {"id", id},
              {"detail-type", detail_type},
              {"source", source},
              {"account", place.account},
              {"time", iso8601(std::chrono::floor<std::chrono::seconds>(time))},
              {"region", place.region},
              {"resources", resources},
              {"detail", detail.is_null() ? Json::object() : detail}};
}

}  // namespace opsim
