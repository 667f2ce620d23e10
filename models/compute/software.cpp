// What is installed on instances: from their image, by user data at the first boot, or in place.
// Releases are numbers: 1 is what there is at the start, and a newer one appears as physics says.
// An instance of an image that was built has the image's release and serves after its boot; one
// whose user data installs takes the newest release of that day, and longer.
#include <fmt/format.h>

#include <algorithm>

#include "models/compute/fleet.hpp"

namespace opsim::compute {

double newest_software(const Fleet& fleet) {
  const Simulation& sim = fleet.cloud.sim();
  for (const auto& [key, settings] : fleet.settings)
    if (settings->software_every)
      return 1.0 + static_cast<double>((sim.now() - sim.start()) / *settings->software_every);
  return 1;
}

double software_of_image(const Fleet& fleet, std::string_view image) {
  const auto known = fleet.images.find(image);
  return known == fleet.images.end() ? 1 : known->second.software;
}

Duration install_software(Fleet& fleet, Instance& instance) {
  const auto& installs = instance.settings->installs_in;
  if (instance.ever_booted || !installs || instance.spec->user_data.empty()) return {};
  instance.software = newest_software(fleet);
  return draw(fleet, instance, "install", *installs);
}

bool is_bad_software(const Instance& instance) {
  const auto& bad = instance.settings->bad_software;
  return std::ranges::find(bad, static_cast<std::int64_t>(instance.software)) != bad.end();
}

void stop_software(Fleet& fleet, Instance& instance) {
  const std::vector<RunningProcess> all = instance.processes;
  for (const RunningProcess& process : all)
    if (process.wanted) set_process(fleet, instance, process.name, false);
}

void change_software(Fleet& fleet, Instance& instance, double release) {
  const double before = instance.software;
  instance.software = std::clamp(release, 1.0, newest_software(fleet));
  if (instance.software == before) return;
  const CauseScope because{fleet.sim(), tell(fleet, instance, "installed",
                                             fmt::format("release {:.0f} instead of {:.0f}",
                                                         instance.software, before))};
  if (!instance.is_up()) return;
  if (is_bad_software(instance)) return stop_software(fleet, instance);
  const std::vector<RunningProcess> all = instance.processes;
  for (const RunningProcess& process : all)
    if (process.wanted) set_process(fleet, instance, process.name, true);
}

}  // namespace opsim::compute
