// The arithmetic of instance refreshes.
#include <algorithm>

#include "models/compute/instance_refresh.hpp"

namespace opsim::compute {

namespace {

std::int64_t part_of(std::int64_t whole, std::int64_t percent) {
  return (whole * percent + 99) / 100;  // rounded up
}

}  // namespace

std::string_view to_string(RefreshStatus status) {
  switch (status) {
    case RefreshStatus::in_progress: return "InProgress";
    case RefreshStatus::successful: return "Successful";
    case RefreshStatus::failed: return "Failed";
    case RefreshStatus::cancelling: return "Cancelling";
    case RefreshStatus::cancelled: return "Cancelled";
    case RefreshStatus::rollback_in_progress: return "RollbackInProgress";
    case RefreshStatus::rollback_successful: return "RollbackSuccessful";
    case RefreshStatus::rollback_failed: return "RollbackFailed";
    case RefreshStatus::baking: return "Baking";
  }
  return "InProgress";
}

RefreshBatch next_batch(const RefreshPreferences& preferences, const RefreshLoad& load,
                        std::int64_t checkpoint) {
  const std::int64_t left = part_of(load.total, checkpoint) - load.started;
  if (left <= 0) return {};
  RefreshBatch batch;
  if (preferences.max_healthy > 100) {
    const std::int64_t extra =
        std::max<std::int64_t>(1, load.desired * (preferences.max_healthy - 100) / 100);
    batch.launch_first = std::clamp<std::int64_t>(extra - load.surplus, 0, left);
  }
  const std::int64_t spare = load.desired - part_of(load.desired, preferences.min_healthy);
  // One at a time where nothing may be missing, unless it can be launched first.
  const std::int64_t at_once =
      preferences.max_healthy > 100 ? spare : std::max<std::int64_t>(1, spare);
  batch.end_first =
      std::clamp<std::int64_t>(at_once - load.not_ready, 0, left - batch.launch_first);
  return batch;
}

std::optional<std::int64_t> checkpoint_reached(const RefreshPreferences& preferences,
                                               std::int64_t reached, std::int64_t percent) {
  std::optional<std::int64_t> found;
  for (const std::int64_t checkpoint : preferences.checkpoints)
    if (checkpoint > reached && checkpoint <= percent) found = checkpoint;
  return found;
}

std::int64_t next_checkpoint(const RefreshPreferences& preferences, std::int64_t reached) {
  for (const std::int64_t checkpoint : preferences.checkpoints)
    if (checkpoint > reached) return checkpoint;
  return last_checkpoint(preferences);
}

std::int64_t last_checkpoint(const RefreshPreferences& preferences) {
  return preferences.checkpoints.empty() ? 100 : preferences.checkpoints.back();
}

}  // namespace opsim::compute
