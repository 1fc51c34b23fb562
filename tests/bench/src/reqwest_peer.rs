//! The Rust peer: `reqwest` without TLS and `serde_json` into typed structs with owned text, on one thread. It runs
//! in its own process, built like the wheel (release, fat LTO).

use std::collections::{BTreeMap, BTreeSet};
use std::hint::black_box;
use std::io::{Write as _, stdout};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use reqwest::Client;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::measure::{cpu_time, ms, peak_rss_mib};
use crate::model::{Page, Sender};
use crate::rows::PeerResult;
use crate::stub::SENDERS_PATH;

/// Requests before the clock starts, in rows of many small requests.
const WARM_UP: usize = 200;

/// Runs one row and prints its result as one line of JSON.
pub(crate) fn run(row: &str, base: &str, sids: &Path, count: usize) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let peer = Peer {
        client: Client::builder().no_proxy().build()?,
        url: format!("{base}{SENDERS_PATH}"),
        sids: std::fs::read_to_string(sids)?.lines().map(str::to_owned).collect(),
    };
    let result = runtime.block_on(peer.row(row, count))?;
    writeln!(stdout(), "{}", serde_json::to_string(&result)?)?;
    Ok(())
}

struct Peer {
    client: Client,
    url: String,
    sids: Vec<String>,
}

/// The values that a caller passes to create a sender.
#[derive(Serialize)]
struct NewSender {
    sender_id: String,
    configuration: NewConfiguration,
    webhook: NewWebhook,
    profile: NewProfile,
}

#[derive(Serialize)]
struct NewConfiguration {
    waba_id: &'static str,
    verification_method: &'static str,
}

#[derive(Serialize)]
struct NewWebhook {
    callback_url: &'static str,
    callback_method: &'static str,
}

#[derive(Serialize)]
struct NewProfile {
    name: &'static str,
    about: &'static str,
    vertical: &'static str,
    emails: Vec<NewEmail>,
    websites: Vec<NewWebsite>,
}

#[derive(Serialize)]
struct NewEmail {
    email: &'static str,
    label: &'static str,
}

#[derive(Serialize)]
struct NewWebsite {
    website: &'static str,
    label: &'static str,
}

impl NewSender {
    /// Returns the same values as the Python peers.
    fn number(index: usize) -> Self {
        Self {
            sender_id: format!("whatsapp:+1555{index:07}"),
            configuration: NewConfiguration { waba_id: "123456789012345", verification_method: "sms" },
            webhook: NewWebhook {
                callback_url: "https://customer.example.com/twilio/whatsapp/incoming",
                callback_method: "POST",
            },
            profile: NewProfile {
                name: "Harbour Street Bakery",
                about: "Fresh bread from five in the morning",
                vertical: "Food and Grocery",
                emails: vec![NewEmail { email: "hello@customer.example.com", label: "Email" }],
                websites: vec![NewWebsite { website: "https://www.customer.example.com/", label: "Website" }],
            },
        }
    }
}

impl Peer {
    async fn row(&self, row: &str, count: usize) -> Result<PeerResult> {
        match row {
            "list" | "list-leaves" | "stream" => self.lists(row).await,
            "fetch64" => self.requests(count, 64, |index| self.fetch(index)).await,
            "fetch1" => self.requests(count, 1, |index| self.fetch(index)).await,
            "create" => self.requests(count, 1, |index| self.create(index)).await,
            "start" => {
                self.create(0).await?;
                Ok(PeerResult { seen: 1, check: None, metrics: BTreeMap::new() })
            }
            _ => bail!("this peer has no row `{row}`"),
        }
    }

    async fn lists(&self, row: &str) -> Result<PeerResult> {
        let mut costs = Vec::new();
        let mut seen = 0;
        for _ in 0..4 {
            let (cpu, wall) = (cpu_time()?, Instant::now());
            let (sids, statuses) = match row {
                "stream" => self.stream().await?,
                _ => self.list(row == "list-leaves").await?,
            };
            costs.push((cpu_time()? - cpu, wall.elapsed()));
            seen = sids.iter().collect::<BTreeSet<_>>().len();
            ensure!(statuses.iter().all(|status| !status.is_empty()), "a status is empty");
        }
        let check = match row {
            "list-leaves" => {
                let mut text = 0;
                for sender in self.pages().await?.iter().flatten() {
                    sender.leaves(|leaf| text += leaf.chars().count());
                }
                Some(text as u64)
            }
            _ => None,
        };
        let (cold, warm) = costs.split_first().context("no list was made")?;
        let median = |mut times: Vec<Duration>| {
            times.sort();
            times.get(times.len() / 2).copied().unwrap_or_default()
        };
        let warm_cpu = median(warm.iter().map(|cost| cost.0).collect());
        let warm_wall = median(warm.iter().map(|cost| cost.1).collect());
        let metrics = BTreeMap::from([
            ("cold_cpu_ms".to_owned(), ms(cold.0)),
            ("cold_wall_ms".to_owned(), ms(cold.1)),
            ("warm_cpu_ms".to_owned(), ms(warm_cpu)),
            ("warm_wall_ms".to_owned(), ms(warm_wall)),
            ("peak_rss_mib".to_owned(), peak_rss_mib()?),
        ]);
        Ok(PeerResult { seen: seen as u64, check, metrics })
    }

    /// Lists all senders and keeps them, then reads sid and status of each; before that every other text, if asked.
    async fn list(&self, leaves: bool) -> Result<(Vec<String>, Vec<String>)> {
        let pages = self.pages().await?;
        if leaves {
            let mut bytes = 0;
            for sender in pages.iter().flatten() {
                sender.leaves(|leaf| bytes += leaf.len());
            }
            black_box(bytes);
        }
        Ok(pages.iter().flatten().map(|sender| (sender.sid.clone(), sender.status.clone())).unzip())
    }

    /// Returns the pages as they are: moving 10,000 senders into one vector costs as much as reading them.
    async fn pages(&self) -> Result<Vec<Vec<Sender>>> {
        let mut pages = Vec::new();
        let mut next = Some(self.first_page());
        while let Some(url) = next {
            let page: Page = self.read(&url).await?;
            pages.push(page.senders);
            next = page.meta.next_page_url;
        }
        Ok(pages)
    }

    /// Lists the same, but drops each page after reading it.
    async fn stream(&self) -> Result<(Vec<String>, Vec<String>)> {
        let (mut sids, mut statuses) = (Vec::new(), Vec::new());
        let mut next = Some(self.first_page());
        while let Some(url) = next {
            let page: Page = self.read(&url).await?;
            for sender in &page.senders {
                sids.push(sender.sid.clone());
                statuses.push(sender.status.clone());
            }
            next = page.meta.next_page_url;
        }
        Ok((sids, statuses))
    }

    fn first_page(&self) -> String {
        format!("{}?Channel=whatsapp&PageSize=1000", self.url)
    }

    async fn read<T: DeserializeOwned>(&self, url: &str) -> Result<T> {
        let request = self.client.get(url).basic_auth("AC00000000000000000000000000000000", Some("0"));
        Ok(request.send().await?.error_for_status()?.json().await?)
    }

    async fn fetch(&self, index: usize) -> Result<()> {
        let sid = self.sids.get(index % self.sids.len()).context("there is no sid")?;
        let sender: Sender = self.read(&format!("{}/{sid}", self.url)).await?;
        ensure!(sender.sid == *sid && !sender.status.is_empty(), "the response has another sender");
        Ok(())
    }

    async fn create(&self, index: usize) -> Result<()> {
        let request = self
            .client
            .post(&self.url)
            .basic_auth("AC00000000000000000000000000000000", Some("0"))
            .json(&NewSender::number(index));
        let sender: Sender = request.send().await?.error_for_status()?.json().await?;
        ensure!(sender.status == "CREATING", "the new sender is not being created");
        Ok(())
    }

    async fn requests<F>(
        &self,
        count: usize,
        at_a_time: usize,
        request: impl Fn(usize) -> F + Copy,
    ) -> Result<PeerResult>
    where
        F: Future<Output = Result<()>>,
    {
        let all = async |count| {
            stream::iter(0..count)
                .map(request)
                .buffer_unordered(at_a_time)
                .try_for_each(async |()| Ok(()))
                .await
        };
        all(WARM_UP).await?;
        let (cpu, wall) = (cpu_time()?, Instant::now());
        all(count).await?;
        let (cpu, wall) = (cpu_time()? - cpu, wall.elapsed());
        #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
        let each = |time: Duration| ms(time) * 1000.0 / count as f64;
        let metrics = BTreeMap::from([
            ("cpu_us".to_owned(), each(cpu)),
            ("wall_us".to_owned(), each(wall)),
            ("peak_rss_mib".to_owned(), peak_rss_mib()?),
        ]);
        Ok(PeerResult { seen: count as u64, check: None, metrics })
    }
}
