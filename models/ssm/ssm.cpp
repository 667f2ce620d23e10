#include "models/ssm/ssm.hpp"

#include <fmt/format.h>

#include <charconv>

#include "opsim/document/diagnostic.hpp"

namespace opsim::ssm {

namespace {

/// The name in "arn:aws:ssm:us-east-1:123456789012:document/CleanUp", or the name itself.
std::string_view bare_name(std::string_view name) {
  if (!name.starts_with("arn:")) return name;
  const auto slash = name.rfind('/');
  std::string_view bare = slash == std::string_view::npos ? name : name.substr(slash + 1);
  return bare.substr(0, bare.find(':'));
}

/// Drops the oldest of what ended until at most `most` are left; those still referred to by their
/// own processes stay for now.
template <class Map>
void drop_oldest(Map& all, std::deque<std::string>& ended, std::size_t most) {
  while (ended.size() > most) {
    const auto oldest = all.find(ended.front());
    if (oldest != all.end()) {
      if (!oldest->second->scope.empty()) return;
      all.erase(oldest);
    }
    ended.pop_front();
  }
}

}  // namespace

Ssm::Ssm(Cloud& world) : cloud{world} {}

const StoredDocument* Ssm::find_document(const Place& place, std::string_view name) {
  const std::string bare{bare_name(name)};
  const auto arn = Arn::parse(name);
  if (arn && !arn->account.empty() && arn->account != place.account) {
    const auto shared = documents.find(std::pair{Place{arn->account, place.region}, bare});
    if (shared != documents.end()) {
      const std::set<std::string>& with = shared->second.shared_with;
      return with.contains("all") || with.contains(place.account) ? &shared->second : nullptr;
    }
  }
  const auto own = documents.find(std::pair{place, bare});
  if (own != documents.end()) return &own->second;
  return find_aws_document(bare);
}

ScriptPhysics* Ssm::script(std::string_view document, std::string_view step) {
  if (scripts.empty()) return nullptr;
  const auto exact = scripts.find(fmt::format("{}/{}", document, step));
  if (exact != scripts.end()) return &exact->second;
  const auto whole = scripts.find(document);
  return whole == scripts.end() ? nullptr : &whole->second;
}

Lane& Ssm::lane(const Place& place, bool with_targets) {
  Lane& found = lanes[{place, with_targets}];
  found.most_running = with_targets ? kConcurrentSpreads : kConcurrentExecutions;
  found.most_queued = kQueuedExecutions;
  if (with_targets || setting(place, kAdaptiveConcurrency) != "True") return found;
  found.most_running = kAdaptiveExecutions;
  found.most_queued = kAdaptiveQueue;
  return found;
}

std::string Ssm::setting(const Place& place, std::string_view id) const {
  const auto written = settings.find({place, std::string{id}});
  return written == settings.end() ? std::string{} : written->second;
}

Execution* Ssm::find_execution(std::string_view id) {
  const auto found = executions.find(id);
  return found == executions.end() ? nullptr : found->second.get();
}

Command* Ssm::find_command(std::string_view id) {
  const auto found = commands.find(id);
  return found == commands.end() ? nullptr : found->second.get();
}

void Ssm::forget_old() {
  drop_oldest(executions, ended_executions, kKeptExecutions);
  drop_oldest(commands, ended_commands, kKeptCommands);
}

const DocumentVersion* find_version(const StoredDocument& document, std::string_view version,
                                    int& number) {
  const auto count = static_cast<int>(document.versions.size());
  number = document.default_version;
  if (version == "$LATEST") {
    number = count;
  } else if (!version.empty() && version != "$DEFAULT") {
    const auto [end, bad] =
        std::from_chars(version.data(), version.data() + version.size(), number);
    if (bad != std::errc{} || end != version.data() + version.size()) number = 0;
  }
  if (number < 1 || number > count) return nullptr;
  return &document.versions[static_cast<std::size_t>(number - 1)];
}

ApiError unknown_document(Ssm& ssm, const Place& place, std::string_view name,
                          std::string_view code) {
  std::vector<std::string> known;
  for (const auto& [key, document] : ssm.documents)
    if (key.first == place) known.push_back(document.name);
  const bool of_aws = name.starts_with("AWS");
  if (of_aws)
    for (std::string& theirs : aws_document_names()) known.push_back(std::move(theirs));
  return {std::string{code}, of_aws ? fmt::format("AWS's own document {} is not simulated{}",
                                                  opsim::quoted(name), did_you_mean(name, known))
                                    : fmt::format("Document with name {} does not exist.{}", name,
                                                  did_you_mean(name, known))};
}

}  // namespace opsim::ssm
