#include "opsim/cloud/deduplication.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>

#include "opsim/kernel/ensure.hpp"

namespace opsim {

const SentMessage* Deduplication::duplicate(const std::string& key, SimTime now) {
  while (!order_.empty() && order_.front().first + kInterval <= now) {
    sent_.erase(order_.front().second);
    order_.pop_front();
  }
  const auto found = sent_.find(key);
  return found == sent_.end() ? nullptr : &found->second;
}

void Deduplication::remember(const std::string& key, SentMessage sent, SimTime now) {
  if (sent_.emplace(key, std::move(sent)).second) order_.emplace_back(now, key);
}

std::string content_deduplication_id(std::string_view body) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  const int done =
      EVP_Digest(body.data(), body.size(), digest.data(), &length, EVP_sha256(), nullptr);
  ensure(done == 1, "OpenSSL knows SHA-256");
  std::string text;
  for (unsigned int at = 0; at < length; ++at) text += fmt::format("{:02x}", digest[at]);
  return text;
}

}  // namespace opsim
