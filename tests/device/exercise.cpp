#include "device/exercise.hpp"

#include "device/script_reader.hpp"

#include <nowire/ccmp/key.hpp>
#include <nowire/device/device.hpp>
#include <nowire/frame/action.hpp>
#include <nowire/frame/mpdu.hpp>

#include <algorithm>
#include <chrono>
#include <map>
#include <numeric>
#include <set>
#include <tuple>
#include <utility>

namespace nowire::test {

namespace {

using bytes = std::vector<std::uint8_t>;

constexpr mac_address own({0x02, 0, 0, 0, 1, 0});
constexpr mac_address partner_mac({0x02, 0, 0, 0, 2, 0});
constexpr std::size_t most_pool = 8;
constexpr std::size_t peer_limit = 5;
constexpr std::size_t most_encrypted = 3;

mac_address address_of(std::uint8_t n) {
    if (n == 0) return mac_address::broadcast();
    if (n == 1) return mac_address({0x01, 0x00, 0x5e, 0, 0, 1});
    return mac_address({0x02, 0, 0, 0, n, 0});
}

ccmp::lmk lmk_of(std::uint8_t n) {
    return ccmp::lmk(std::array<std::uint8_t, ccmp::key_size>{n});
}

ccmp::pmk pmk_of(std::uint8_t n) {
    return ccmp::pmk(std::array<std::uint8_t, ccmp::key_size>{n, n});
}

device::packet_number_factory numbers_from_zero() {
    return [](const ccmp::key& key, const mac_address& by) {
        return std::make_unique<ccmp::packet_number_source>(key.fingerprint(by), 0);
    };
}

device_options options_of(script_reader& r) {
    return {.station_mac = own,
            .station_up = r.flag(),
            .soft_ap_up = r.flag(),
            .version = r.flag() ? frame::version::v1 : frame::version::v2,
            .oversize = r.flag() ? v1_oversize::discard : v1_oversize::first,
            .strictness = r.flag() ? frame::strictness::tolerant : frame::strictness::current,
            .peer_limit = peer_limit,
            .encrypted_limit = most_encrypted,
            .pool = most_pool,
            .accept_plain_from_encrypted = r.flag(),
            .replay_window = r.flag()};
}

/// What the model knows of a peer: enough to say what each call must answer, and which key is in force.
struct model_peer {
    bool encrypt = false;
    std::uint8_t lmk = 0;
    std::uint8_t pmk = 0;
    interface via = interface::station;
    std::optional<channel> on;
};

/// A send that has no completion yet.
struct open_send {
    mac_address to;
    mac_address from;
    model_peer with;
};

class exercise {
  public:
    explicit exercise(std::span<const std::uint8_t> script)
        : r_(script),
          dev_(
              options_of(r_), [this] { return static_cast<std::uint32_t>(r_.byte()); }, numbers_from_zero()),
          partner_(
              {.station_mac = partner_mac}, [this] { return next_random_++; }, numbers_from_zero()) {
        partner_.set_pmk(pmk_of(0));
        dev_.set_pmk(pmk_of(0));
        peer encrypted = {.address = own, .lmk = lmk_of(0), .encrypt = true};
        (void)partner_.add_peer(encrypted);
        (void)partner_.add_peer({.address = mac_address::broadcast()});
        (void)partner_.add_peer({.address = own.plus(1)});
    }

    std::string run() {
        const auto first = dev_.next_event();
        if (!first || !std::holds_alternative<radio_setup>(*first)) wrong("the first event is no setup");
        if (first) setup_ = std::get<radio_setup>(*first);
        while (!r_.done() && fault_.empty()) {
            step();
            if (r_.below(4) != 0) drain();
            check_counters();
        }
        dev_.radio_lost(now_);
        drain();
        check_counters();
        if (dev_.in_flight() != 0 || !open_.empty()) wrong("a send has no completion");
        return fault_;
    }

  private:
    void wrong(const std::string& what) {
        if (fault_.empty()) fault_ = what;
    }
    void expect_same(const std::string& call, const std::string& got, const std::string& expected) {
        if (got != expected) wrong(call + " gave " + got + ", not " + expected);
    }
    template <class T>
    static std::string outcome(const std::expected<T, errc>& result) {
        return result ? "done" : std::string(to_string(result.error()));
    }

    void step() {
        switch (r_.below(17)) {
            case 0:
                return add_or_modify(true);
            case 1:
                return add_or_modify(false);
            case 2:
                return remove();
            case 3:
            case 4:
                return send();
            case 5:
                return send_to_all();
            case 6:
                return answer();
            case 7:
            case 8:
                return receive();
            case 9:
                now_ += std::chrono::microseconds(r_.number());
                return dev_.advance(now_);
            case 10:
                return set();
            case 11:
                return set_wake();
            case 12:
                pmk_ = rarely();
                return dev_.set_pmk(pmk_of(pmk_));
            case 13:
                return set_addresses();
            case 14:
                return set_protocol();
            case 15:
                return set_limits();
            default:
                dev_.radio_lost(now_);
                return;
        }
    }

    /// 1 of 8 times 1, else 0: the partner has the keys of 0.
    std::uint8_t rarely() { return r_.below(8) == 0 ? 1 : 0; }

    std::size_t encrypted() const {
        return static_cast<std::size_t>(std::ranges::count_if(model_, [](const auto& m) { return m.second.encrypt; }));
    }

    void add_or_modify(bool add) {
        const auto address = address_of(r_.below(6));
        model_peer m = {.encrypt = r_.flag(), .lmk = rarely(), .pmk = pmk_, .on = std::nullopt};
        m.via = static_cast<interface>(r_.below(2));
        if (r_.flag()) m.on = channel::from_number(1 + r_.below(2));
        const peer p = {.address = address, .lmk = lmk_of(m.lmk), .encrypt = m.encrypt, .on = m.on, .via = m.via};
        const auto known = model_.find(address);
        const bool is_known = known != model_.end();
        const bool was_encrypted = is_known && known->second.encrypt;
        const bool one_too_many = m.encrypt && !was_encrypted && encrypted() >= encrypted_limit_;

        std::string expected = "done";
        if (one_too_many) expected = "peer_list_full";
        if (add && is_known) expected = "peer_exists";
        if (m.encrypt && address.is_group()) expected = "argument";
        if (add && model_.size() >= peer_limit) expected = "peer_list_full";
        if (!add && !is_known) expected = "peer_not_found";
        expect_same(add ? "add_peer" : "modify_peer", outcome(add ? dev_.add_peer(p) : dev_.modify_peer(p)), expected);
        if (expected != "done") return;
        if (was_encrypted && m.encrypt && known->second.lmk == m.lmk) m.pmk = known->second.pmk;
        model_[address] = m;
    }

    void remove() {
        const auto address = address_of(r_.below(8));
        const bool known = model_.erase(address) > 0;
        expect_same("remove_peer", outcome(dev_.remove_peer(address)), known ? "done" : "peer_not_found");
    }

    bytes some_payload() {
        bytes payload(r_.number() % 1500);
        std::ranges::fill(payload, r_.byte());
        return payload;
    }

    std::string send_expectation(std::size_t size) const {
        const std::size_t limit = dev_.options().version == frame::version::v1 ? 250 : 1490;
        return size == 0 || size > limit ? "argument" : "done";
    }
    std::string peer_expectation(const model_peer& m) const {
        if (!dev_.is_up(m.via)) return "interface_down";
        if (m.on && *m.on != dev_.home_channel()) return "channel_mismatch";
        return "done";
    }

    void send() {
        const auto to = address_of(r_.below(8));
        const auto payload = some_payload();
        const auto known = model_.find(to);
        auto expected = send_expectation(payload.size());
        if (expected == "done") expected = known == model_.end() ? "peer_not_found" : peer_expectation(known->second);
        if (expected == "done" && dev_.in_flight() >= pool_) expected = "no_memory";
        const auto token = dev_.send(to, payload, now_);
        expect_same("send", outcome(token), expected);
        if (token) accepted(*token, to);
    }

    void send_to_all() {
        const auto payload = some_payload();
        std::vector<mac_address> to;
        for (const auto& address : dev_.peers())
            if (!address.is_group()) to.push_back(address);
        auto expected = send_expectation(payload.size());
        if (expected == "done" && to.empty()) expected = "peer_not_found";
        for (const auto& address : to)
            if (expected == "done") expected = peer_expectation(model_[address]);
        if (expected == "done" && dev_.in_flight() + to.size() > pool_) expected = "no_memory";
        const auto tokens = dev_.send_to_all(payload, now_);
        expect_same("send_to_all", outcome(tokens), expected);
        if (!tokens) return;
        for (std::size_t i = 0; i < tokens->size(); ++i)
            accepted((*tokens)[i], to[i]);
    }

    void accepted(send_token token, const mac_address& to) {
        const auto& m = model_[to];
        if (!open_.emplace(static_cast<std::uint64_t>(token), open_send(to, dev_.address(m.via), m)).second)
            wrong("a token came twice");
    }

    void answer() {
        std::uint64_t token = r_.byte();
        if (!taken_.empty() && r_.flag()) token = *std::next(taken_.begin(), r_.below(static_cast<int>(taken_.size())));
        dev_.transmit_done({.token = token,
                            .status = static_cast<tx_status>(r_.below(5)),
                            .attempts = r_.byte(),
                            .time = now_ - std::chrono::microseconds(r_.byte())});
    }

    /// A frame that the partner says, or one of its earlier ones, changed or not.
    void receive() {
        if (r_.flag() || said_.empty()) partner_says();
        bytes mpdu = said_.empty() ? bytes() : said_[r_.number() % said_.size()];
        switch (r_.below(6)) {
            case 0:
                for (int n = r_.below(4); n > 0 && !mpdu.empty(); --n) {
                    const auto at = r_.number() % mpdu.size();
                    mpdu[at] ^= r_.byte();
                }
                break;
            case 1:
                mpdu.resize(r_.number() % 2600);
                break;
            case 2:
                mpdu = r_.some();
                break;
            case 3:
                if (mpdu.size() >= 2) frame::set_retry(std::span(mpdu).first<2>());
                break;
            default:
                break;
        }
        ++received_;
        dev_.receive(mpdu, {.time = now_ - std::chrono::microseconds(r_.byte())});
    }

    void partner_says() {
        const mac_address to[] = {own, mac_address::broadcast(), own.plus(1)};
        bytes payload(1 + r_.number() % 600);
        std::iota(payload.begin(), payload.end(), r_.byte());
        (void)partner_.send(to[r_.below(3)], payload, now_);
        while (auto event = partner_.next_event()) {
            auto* what = std::get_if<transmit>(&*event);
            if (what == nullptr) continue;
            if (frame::read_header(what->mpdu)->control.is_protected()) secrets_.insert(payload);
            said_.push_back(std::move(what->mpdu));
            partner_.transmit_done({.token = what->token, .status = tx_status::acked, .time = now_});
        }
    }

    void set() {
        switch (r_.below(5)) {
            case 0:
                return dev_.set_channel(*channel::from_number(1 + r_.below(2)), now_);
            case 1:
                return set_interface();
            case 2:
                return dev_.set_receiving(r_.below(4) != 0);
            case 3:
                return dev_.set_tx_rate(rate::ofdm_6m);
            default:
                return dev_.set_user_oui(r_.below(4) == 0 ? frame::oui{1, 2, 3} : frame::espressif_oui);
        }
    }

    void set_interface() {
        const auto which = static_cast<interface>(r_.below(2));
        dev_.set_interface(which, r_.flag());
    }

    void set_protocol() {
        drain();  // what came before may have been cut to what version 1 takes
        dev_.set_protocol(r_.flag() ? frame::version::v1 : frame::version::v2,
                          r_.flag() ? v1_oversize::discard : v1_oversize::first,
                          r_.flag() ? frame::strictness::tolerant : frame::strictness::current);
    }

    void set_addresses() {
        // What has been heard is judged by the addresses that it was heard with.
        drain();
        const auto some_address = [this](const mac_address& usual) {
            const auto which = r_.below(8);
            if (which == 0) return mac_address();
            if (which == 1) return address_of(r_.below(3));
            return which < 5 ? usual : usual.plus(2);
        };
        const auto station = some_address(own);
        const auto soft_ap = some_address(own.plus(1));
        const auto is_in_use = [this](interface which, const mac_address& wanted) {
            return wanted != dev_.address(which) && std::ranges::any_of(model_, [which](const auto& m) {
                       return m.second.encrypt && m.second.via == which;
                   });
        };
        std::string expected = "done";
        if (is_in_use(interface::station, station) || is_in_use(interface::soft_ap, soft_ap)) expected = "peer_exists";
        const auto is_none = [](const mac_address& a) { return a.is_zero() || a.is_group(); };
        if (is_none(station) || is_none(soft_ap) || station == soft_ap) expected = "argument";
        expect_same("set_addresses", outcome(dev_.set_addresses(station, soft_ap)), expected);
        if (expected != "done") return;
        if (dev_.address(interface::station) != station || dev_.address(interface::soft_ap) != soft_ap)
            wrong("an address was not set");
    }

    void set_limits() {
        const auto encrypted = r_.flag() ? std::optional<std::size_t>(r_.below(most_encrypted + 1)) : std::nullopt;
        const auto sends = static_cast<std::size_t>(r_.below(most_pool + 1));
        const auto beyond = encrypted && r_.below(8) == 0 ? std::optional<std::size_t>(18) : encrypted;
        const bool possible = sends > 0 && beyond == encrypted;
        expect_same("set_limits", outcome(dev_.set_limits(beyond, sends)), possible ? "done" : "argument");
        if (!possible) return;
        pool_ = sends;
        encrypted_limit_ = encrypted.value_or(peer_limit);
    }

    void set_wake() {
        const auto some_time = [this] {
            const auto length = std::chrono::microseconds(r_.number());
            return duration(length - std::chrono::microseconds(r_.byte()));
        };
        const auto window = some_time();
        auto interval = some_time();
        if (r_.below(8) == 0) interval = duration::max();
        const bool possible = window >= duration::zero() && interval > duration::zero();
        expect_same("set_wake", outcome(dev_.set_wake(window, interval, now_)), possible ? "done" : "argument");
        if (const auto deadline = dev_.next_deadline(); deadline && *deadline <= now_) wrong("a deadline has passed");
    }

    void drain() {
        while (auto event = dev_.next_event()) {
            if (auto* setup = std::get_if<radio_setup>(&*event)) take(*setup);
            if (auto* what = std::get_if<transmit>(&*event)) take(*what);
            if (auto* done = std::get_if<completion>(&*event)) take(*done);
            if (auto* got = std::get_if<message>(&*event)) take(*got);
        }
        if (dev_.in_flight() != open_.size()) wrong("what is in flight is not what has no completion");
        if (setup_.receiving != dev_.is_receiving()) wrong("the radio was not told whether it receives");
    }

    void take(const radio_setup& setup) {
        if (setup == setup_) wrong("a setup that is the same was told again");
        setup_ = setup;
    }

    void take(const transmit& what) {
        const auto sent = open_.find(what.token);
        const auto header = frame::read_header(what.mpdu);
        if (sent == open_.end() || !header) return wrong("nobody sent this");
        const auto& [to, from, m] = sent->second;
        taken_.insert(what.token);
        if (header->a1 != to || header->a2 != from || header->a3 != mac_address::broadcast() ||
            header->control.retry() || !header->control.is_action())
            wrong("a wrong header");
        if (header->control.is_protected() != m.encrypt) wrong("protected or not, as it should not be");
        if (m.encrypt) {
            const bytes number(what.mpdu.begin() + 24, what.mpdu.begin() + 32);
            if (!nonces_.emplace(m.pmk, m.lmk, header->a2, number).second) wrong("a nonce was used twice");
            bytes plain(2304);
            if (!ccmp::key::derive(pmk_of(m.pmk), lmk_of(m.lmk)).unprotect(plain, what.mpdu)) wrong("another key");
        }
    }

    void take(const completion& done) {
        const auto token = static_cast<std::uint64_t>(done.token);
        const auto sent = open_.find(token);
        if (sent == open_.end()) return wrong("a completion of nobody's");
        if (done.destination != sent->second.to || done.done < done.accepted) wrong("a wrong completion");
        if ((done.result == tx_status::not_sent) != done.reason.has_value()) wrong("a reason where there is none");
        open_.erase(sent);
        taken_.erase(token);
    }

    void take(const message& got) {
        ++messages_;
        if (got.payload.empty()) wrong("an empty message");
        const mac_address mine[] = {dev_.address(interface::station), dev_.address(interface::soft_ap)};
        if (std::ranges::find(mine, got.source) != std::end(mine)) wrong("heard itself");
        if (!got.destination.is_group() && std::ranges::find(mine, got.destination) == std::end(mine))
            wrong("a message for somebody else");
        const bool cut = dev_.options().version == frame::version::v1;
        if (got.was_encrypted && !cut && !secrets_.contains(got.payload)) wrong("a forged message was delivered");
    }

    void check_counters() {
        const auto& s = dev_.statistics();
        const auto rejected = std::accumulate(s.rejected.begin(), s.rejected.end(), std::uint64_t{0});
        const auto total = s.delivered + s.receiver_off + s.not_action + s.own + s.not_for_us + s.plain_from_encrypted +
                           s.no_key + s.undecryptable + s.replays + s.duplicates + s.oversize_v1 + rejected;
        if (total != received_) wrong("a frame counts not exactly once");
        const auto ended = s.acked + s.not_acked + s.sent + s.unconfirmed + s.not_sent;
        if (ended + dev_.in_flight() != s.accepted) wrong("accepted sends are not ended or in flight");
        if (dev_.in_flight() > most_pool) wrong("more in flight than the pool holds");
        if (messages_ > s.delivered) wrong("more messages than were delivered");
        if (dev_.peer_count() != model_.size() || dev_.encrypted_peer_count() != encrypted())
            wrong("peers are missing");
    }

    script_reader r_;
    std::uint32_t next_random_ = 1;
    device dev_;
    device partner_;
    time_point now_{std::chrono::milliseconds(1)};
    std::string fault_;
    radio_setup setup_;
    std::map<mac_address, model_peer> model_;
    std::uint8_t pmk_ = 0;
    std::size_t pool_ = most_pool;
    std::size_t encrypted_limit_ = most_encrypted;
    std::map<std::uint64_t, open_send> open_;  ///< by token
    std::set<std::uint64_t> taken_;            ///< those of them that the radio has
    std::set<std::tuple<std::uint8_t, std::uint8_t, mac_address, bytes>> nonces_;
    std::vector<bytes> said_;  ///< by the partner
    std::set<bytes> secrets_;  ///< payloads that it said encrypted
    std::uint64_t received_ = 0;
    std::uint64_t messages_ = 0;
};

}  // namespace

std::string exercise_device(std::span<const std::uint8_t> script) {
    return exercise(script).run();
}

}  // namespace nowire::test
