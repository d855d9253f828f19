import random, collections, time, stamina, traceback
from tests.e2e.test_invariants import *
from tests.e2e import weeks as W
def test_x(servers, tmp_path):
    stamina.set_testing(True, attempts=3)
    states=collections.Counter(); codes=collections.Counter(); n=0; fails=collections.Counter()
    orig=District.sync
    def sync(self,*a,**k):
        r=orig(self,*a,**k)
        try:
            for x in r.report["records"]:
                states[x["kind"],x["state"]]+=1
                for c in x["codes"]: codes[c]+=1
        except Exception: pass
        return r
    District.sync=sync
    import os
    t=time.time(); seed0=int(os.environ.get("SEED0","0"))
    for seed in range(seed0,seed0+int(os.environ.get("N","25"))):
        ch=random.Random(seed)
        M=machine(servers,tmp_path)
        m=M()
        log=[]
        try:
            for _ in range(12):
                acts=[(ch.choice([*KINDS,"assess","score","score","score","type"]),*(ch.randint(0,60) for _ in range(3))) for _ in range(ch.randint(1,8))]
                if ch.random()<.3:
                    f={"action":ch.choice(["status","drop_before","drop_after","truncate"]),"operation":ch.choice(["put*","putLineItem","putResult","deleteResult","get*"]),"probability":ch.choice([.3,.7,1.0])}
                    log.append((acts,f)); m.a_day_in_trouble.__func__  if False else None
                    m.weeks.new_day(1)
                    for one in acts: m.weeks.act(*one)
                    if f["action"]=="status": f={**f,"status":500}
                    m.weeks.night_in_trouble(f)
                else:
                    d=ch.choice([0,1,1,2,4,11]); log.append((acts,d))
                    m.weeks.new_day(d)
                    for one in acts: m.weeks.act(*one)
                    m.weeks.night()
                n+=1
        except AssertionError as e:
            fails[str(e)[:150]]+=1
            import pprint; print([l for l in log][-3:]); k=str(e); print({a:(x.alive,x.classes,x.due,x.type,x.final) for a,x in m.weeks.model.sources.items()}); print("MODEL",{kk:{n:c for n,c in v.cells.items() if c.seen or c.shown} for kk,v in m.weeks.model.columns.items()}); print("SCORES",m.weeks.model.scores); print("SEATS",{s:{n:x for n,x in v.items() if x!=[[None,None]]} for s,v in m.weeks.model.seats.items()}, m.weeks.model.today, m.weeks.model.hand); print("SEED",seed,"day",len(log),str(e)[:3000]); 
        m.teardown()
    print(n,time.time()-t); print(states); print(codes); print(fails)
